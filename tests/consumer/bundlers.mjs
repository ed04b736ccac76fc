// Each bundler with as little configuration as it takes. All get the same application, and none of them may warn.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { build as esbuild } from 'esbuild';
import { rollup } from 'rollup';
import { build as vite } from 'vite';
import webpack from 'webpack';
import { copyPages } from './application.mjs';
import { resolveInRepository } from './project.mjs';

const pages = ['main', 'lazy', 'worker-page', 'worker-entry'];

/** @type {Record<string, (app: string, output: string) => Promise<{ warnings: string[], pages: string[] }>>} */
export const bundlers = {
  async Vite(app, output) {
    const warnings = [];
    await vite({
      configFile: false,
      root: app,
      logLevel: 'silent',
      build: {
        outDir: output,
        rollupOptions: {
          input: pages.map((page) => join(app, `${page}.html`)),
          onwarn: ({ message }) => warnings.push(message),
        },
      },
    });
    return { warnings, pages };
  },

  async webpack(app, output) {
    const compiler = webpack({
      mode: 'production',
      context: app,
      entry: Object.fromEntries(pages.map((page) => [page, `./${page}.mjs`])),
      output: { path: output, filename: '[name].mjs' },
      performance: false,
    });
    /** @type {import('webpack').Stats} */
    const stats = await new Promise((resolve, reject) => {
      compiler.run((error, result) => compiler.close(() => (error ? reject(error) : resolve(result))));
    });
    copyPages(output);
    const { warnings, errors } = stats.toJson({ all: false, warnings: true, errors: true });
    return { warnings: [...warnings, ...errors].map(({ message }) => message), pages };
  },

  async Rollup(app, output) {
    const warnings = [];
    const bundle = await rollup({
      input: scripts(app),
      plugins: [nodeResolve()],
      onwarn: ({ message }) => warnings.push(message),
    });
    await bundle.write({ dir: output, entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' });
    await bundle.close();
    copyBeside(app, output);
    copyPages(output);
    return { warnings, pages: [...pages, 'lazy-by-address'] };
  },

  async esbuild(app, output) {
    const { warnings } = await esbuild({
      entryPoints: scripts(app),
      bundle: true,
      format: 'esm',
      minify: true,
      outdir: output,
      outExtension: { '.js': '.mjs' },
      logLevel: 'silent',
    });
    copyBeside(app, output);
    copyPages(output);
    return { warnings: warnings.map(({ text }) => text), pages: [...pages, 'lazy-by-address'] };
  },

  // The one that does not read `exports` unless its user says so. No Worker: of `new Worker(new URL(…))` at a script's first
  // run it makes `new Worker(undefined)`, whatever is imported.
  async Parcel(app, output) {
    const command = join(dirname(resolveInRepository('parcel/package.json')), 'lib/bin.js');
    const built = ['main', 'lazy', 'worker-entry'];
    const html = built.map((page) => `${page}.html`);
    const options = ['--dist-dir', output, '--no-cache', '--no-autoinstall', '--no-source-maps', '--log-level', 'warn'];
    const { stdout, stderr } = spawnSync(process.execPath, [command, 'build', ...html, ...options], {
      cwd: app,
      encoding: 'utf8',
    });
    return { warnings: `${stdout}${stderr}`.split('\n').filter(Boolean), pages: built };
  },
};

// These two leave `new URL('./…', import.meta.url)` as it is: what it names is an entry of its own, or is copied.
function scripts(app) {
  return [...pages, 'lazy-by-address', 'worker'].map((name) => join(app, `${name}.mjs`));
}

/** Where load() looks for the engine, and where the application that passes an address keeps it; and the Worker's script. */
function copyBeside(app, output) {
  const engine = createRequire(join(app, 'main.mjs')).resolve('peer-session/engine.wasm');
  copyFileSync(join(dirname(engine), 'worker-thread.js'), join(output, 'worker-thread.js'));
  for (const path of ['engine.wasm', 'assets/engine.wasm']) {
    mkdirSync(dirname(join(output, path)), { recursive: true });
    copyFileSync(engine, join(output, path));
  }
}
