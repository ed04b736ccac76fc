// What a registry's visitors would check of the tarball: its metadata, its types, its licenses, its source maps.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { packedEngine } from '../../tools/build/packed-engine.mjs';
import { checkLinks } from '../../tools/docs/links.mjs';
import { ConsumerProject, repository } from './project.mjs';

const project = new ConsumerProject();
after(() => project.remove());
const installed = join(project.folder, 'node_modules/peer-session');
const read = (path) => readFileSync(join(installed, path), 'utf8');

test('publint has nothing to say, suggestions included', async () => {
  const { messages, pkg } = await publint({ pkgDir: installed, pack: false, level: 'suggestion', strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, pkg)),
    [],
  );
});

test('every entry has its types under every module resolution (attw)', () => {
  const attw = join(repository, 'node_modules/@arethetypeswrong/cli/dist/index.js');
  // engine.wasm is no module. That require() needs a Node that can require ESM is meant: docs/dependencies.md.
  const exceptions = ['--exclude-entrypoints', 'engine.wasm', '--ignore-rules', 'cjs-resolves-to-esm'];
  const printed = execFileSync(process.execPath, [attw, project.tarball, '--no-emoji', ...exceptions], {
    encoding: 'utf8',
  });
  assert.match(printed, /No problems found/);
});

test('every link and picture in the pages of the tarball leads to something in it, or has an address of its own', () => {
  const pages = project.packedFiles.filter((path) => path.endsWith('.md'));
  assert.ok(pages.includes('README.md'));
  assert.deepEqual(checkLinks(pages.map((page) => join(installed, page))), []);
});

test('the licenses of what is bundled travel with the package', () => {
  const licenses = read('THIRD-PARTY-LICENSES.txt');
  assert.ok(licenses.includes(readFileSync(join(repository, 'node_modules/@noble/hashes/LICENSE'), 'utf8').trim()));
  assert.ok(licenses.includes(readFileSync(join(repository, 'node_modules/hash-wasm/LICENSE'), 'utf8').trim()));
  for (const owner of ['Niels Lohmann', 'Emscripten authors', 'Rich Felker', 'LLVM Exceptions']) {
    assert.ok(licenses.includes(owner), owner);
  }
});

/** Of those that hold nothing of a session. */
const ownSources = { 'opfs.js.map': 'opfs/opfs-store.ts', 'testing.js.map': 'testing/mock-link.ts' };

for (const file of [
  'index.js.map',
  'transfers.js.map',
  'lazy.js.map',
  'signed.js.map',
  'opfs.js.map',
  'testing.js.map',
  'worker.js.map',
]) {
  test(`${file} shows every source, without the engine's bytes and without a path of the machine it was made on`, async () => {
    const text = read(`dist/${file}`);
    const { sources, sourcesContent, ignoreList } = JSON.parse(text);
    const one = ownSources[file] ?? 'session/session-core.ts';
    assert.ok(sources.includes(`../js-glue/src/${one}`));
    assert.deepEqual(
      sources.filter((_, index) => !sourcesContent[index]),
      [],
    );
    assert.deepEqual(
      sources.filter((source) => !/^(\.\.\/(js-glue|node_modules)\/|engine-(script|wasm):engine\.\w+$)/.test(source)),
      [],
    );
    const { packed } = await packedEngine();
    assert.ok(!text.includes(packed.slice(0, 200)));
    assert.ok(ignoreList.every((index) => !sources[index].startsWith('../js-glue/')));
  });
}

test('a stack trace names the line of the source', () => {
  const source = `import { PeerSession } from 'peer-session';
     try { new PeerSession('a', 5); } catch (error) { console.log(error.stack); }`;
  const [, file, line] = /js-glue\/src\/(\w+\/\w+\.ts):(\d+)/.exec(
    project.run('stack.mjs', source, ['--enable-source-maps']),
  );
  const lines = readFileSync(join(repository, 'js-glue/src', file), 'utf8').split('\n');
  assert.match(lines[Number(line) - 1], /TypeError/);
});
