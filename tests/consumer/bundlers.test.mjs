import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { build as esbuild } from 'esbuild';
import { build as vite } from 'vite';
import { toPrintable } from '../../tools/build/printable.mjs';
import { ConsumerProject } from './project.mjs';

const project = new ConsumerProject();
after(() => project.remove());

/** What the main entry carries, or enough of it to be told from anything else. */
function embeddedEngine() {
  const wasm = readFileSync(join(project.folder, 'node_modules/peer-session/dist/engine.wasm'));
  return toPrintable(wasm).slice(0, 200);
}

/** Builds an application with Vite and no setting at all; returns the names of the files it would serve. */
async function viteBuild(name, script) {
  project.write(`${name}.html`, `<!doctype html><script type="module" src="./${name}.js"></script>`);
  project.write(`${name}.js`, script);
  const outDir = join(project.folder, `built-${name}`);
  const warnings = [];
  await vite({
    configFile: false,
    root: project.folder,
    logLevel: 'silent',
    build: {
      outDir,
      rollupOptions: {
        input: join(project.folder, `${name}.html`),
        onwarn: (warning) => warnings.push(warning.message),
      },
    },
  });
  assert.deepEqual(warnings, []);
  const assets = join(outDir, 'assets');
  return readdirSync(assets).map((file) => ({ file, text: readFileSync(join(assets, file), 'latin1') }));
}

test('Vite bundles the main entry into scripts alone', async () => {
  const assets = await viteBuild(
    'main',
    `import { PeerSession } from 'peer-session'; globalThis.PeerSession = PeerSession;`,
  );
  assert.deepEqual(
    assets.filter(({ file }) => !file.endsWith('.js')).map(({ file }) => file),
    [],
  );
  assert.ok(
    assets.some(({ text }) => text.includes(embeddedEngine())),
    'the engine is embedded',
  );
});

test('Vite serves the lazy entry with one binary and no embedded copy', async () => {
  const assets = await viteBuild(
    'lazy',
    `import { load, PeerSession } from 'peer-session/lazy'; globalThis.ready = load().then(() => PeerSession);`,
  );
  const binaries = assets.filter(({ file }) => file.endsWith('.wasm'));
  assert.equal(binaries.length, 1);
  assert.ok(!assets.some(({ text }) => text.includes(embeddedEngine())));
});

test('an import that nothing uses costs nothing', async () => {
  const entry = project.write('unused.mjs', `import { PeerSession } from 'peer-session'; console.log('application');`);
  const { outputFiles } = await esbuild({
    entryPoints: [entry],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'silent',
  });
  assert.ok(outputFiles[0].text.length < 200);
});

test('nothing in any entry belongs to Node or makes code from strings', () => {
  for (const entry of ['index.js', 'lazy.js', 'signed.js']) {
    const text = readFileSync(join(project.folder, 'node_modules/peer-session/dist', entry), 'utf8');
    for (const word of ['"node:', "'node:", '__dirname', 'require(', 'eval(', 'new Function']) {
      assert.ok(!text.includes(word), `${entry} contains ${word}`);
    }
  }
});
