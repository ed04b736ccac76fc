import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { packageFolder, repository } from '../setup/paths.mjs';
import { engineBinary, engineScript } from './engine-files.mjs';
import { packedEngine } from './packed-engine.mjs';
import { tidySourceMap } from './source-map.mjs';

const sources = join(repository, 'js-glue', 'src');

/**
 * What is loaded when it is needed, by how the sources import it: a file of its own beside the entries, which bundlers find by the
 * `import()` in them.
 */
const chunks = new Map([
  ['./sha256-fallback.js', join(sources, 'files', 'sha256-fallback.ts')],
  ['../lanes/lanes.js', join(sources, 'lanes', 'lanes.ts')],
  ['../sinks/file-sink.js', join(sources, 'sinks', 'file-sink.ts')],
  ['../sources/offer-source.js', join(sources, 'sources', 'offer-source.ts')],
  ['./in-page.js', join(sources, 'in-page.ts')],
  ['./remote-lanes.js', join(sources, 'remote', 'remote-lanes.ts')],
]);

/** A Worker's script is one file: no bundler has to find another from it, and wherever it is copied to, it is whole. */
const wholeEntries = ['worker-thread'];

/**
 * Bundles the entries. `index.js` and `signed.js` carry the engine's bytes, so that they are ready on import; `lazy.js`
 * finds them in `engine.wasm` beside it; `worker.js` has them in the script of its Worker, `worker-thread.js`. Each of these holds the
 * whole glue: an application imports one of them. `opfs.js` and `testing.js` hold nothing of it.
 */
export async function bundle(outputFolder = packageFolder) {
  const { build } = await import('esbuild');
  const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'));
  const entries = ['index', 'transfers', 'lazy', 'signed', 'opfs', 'testing', 'worker', ...wholeEntries].map((entry) => [entry, join(sources, `${entry}.ts`)]);
  for (const [path, source] of chunks) entries.push([basename(path, '.js'), source]);
  for (const [entry, source] of entries) {
    await build({
      entryPoints: [source],
      outfile: join(outputFolder, `${entry}.js`),
      bundle: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      minify: true,
      sourcemap: true,
      legalComments: 'inline',
      logLevel: 'warning',
      define: { packageVersion: JSON.stringify(version) },
      plugins: wholeEntries.includes(entry) ? [enginePlugin()] : [chunkPlugin(), enginePlugin()],
    });
    await minify(join(outputFolder, `${entry}.js`));
    await tidySourceMap(join(outputFolder, `${entry}.js.map`));
  }
  // Written, not copied: the linker marks its output as executable.
  await writeFile(join(outputFolder, 'engine.wasm'), await readFile(engineBinary));
}

/** Once more: what esbuild leaves is a KiB larger, of 64. */
async function minify(file) {
  const { minify: shrink } = await import('terser');
  const [code, map] = await Promise.all([readFile(file, 'utf8'), readFile(`${file}.map`, 'utf8')]);
  const { code: smaller = '', map: itsMap = '' } = await shrink(code, {
    module: true,
    ecma: 2020,
    compress: { passes: 2 },
    sourceMap: { content: map, url: `${basename(file)}.map` },
  });
  await Promise.all([writeFile(file, smaller), writeFile(`${file}.map`, String(itsMap))]);
}

function chunkPlugin() {
  return {
    name: 'chunks',
    setup(build) {
      build.onResolve({ filter: /./ }, ({ path, kind }) =>
        kind === 'dynamic-import' && chunks.has(path) ? { path: `./${basename(path)}`, external: true } : undefined,
      );
    },
  };
}

/**
 * Resolves the two modules that the glue imports but that only a build makes. See virtual-modules.d.ts. Their paths are names:
 * source maps show them to users.
 */
export function enginePlugin() {
  return {
    name: 'engine',
    setup(build) {
      build.onResolve({ filter: /^virtual:engine$/ }, () => ({ path: 'engine.mjs', namespace: 'engine-script', sideEffects: false }));
      build.onLoad({ filter: /.*/, namespace: 'engine-script' }, async () => ({
        contents: withoutOwnAddress(await readFile(engineScript, 'utf8')),
        loader: 'js',
      }));
      build.onResolve({ filter: /^virtual:engine-wasm$/ }, () => ({ path: 'engine.wasm', namespace: 'engine-wasm', sideEffects: false }));
      build.onLoad({ filter: /.*/, namespace: 'engine-wasm' }, async () => ({
        contents: Object.entries(await packedEngine())
          .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`)
          .join('\n'),
        loader: 'js',
      }));
    },
  };
}

/**
 * Emscripten's `new URL("engine.wasm", import.meta.url)` never runs, since the glue instantiates the module; but an
 * application's bundler would see it and ship the binary a second time.
 */
function withoutOwnAddress(script) {
  return script.replaceAll(/new URL\("engine\.wasm",\s*import\.meta\.url\)\.href/g, '""').replaceAll('import.meta.url', '""');
}
