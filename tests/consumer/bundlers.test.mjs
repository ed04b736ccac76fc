import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { build as esbuild } from 'esbuild';
import { packedEngine } from '../../tools/build/packed-engine.mjs';
import { launchBrowser } from '../support/chromium.mjs';
import { assertExchanged, copyApplication, openPage } from './application.mjs';
import { bundlers } from './bundlers.mjs';
import { ConsumerProject } from './project.mjs';
import { serveFolder, strictPolicy } from './static-server.mjs';

const project = new ConsumerProject();
const app = copyApplication(project);
let browser;
before(async () => (browser = await launchBrowser()));
after(async () => {
  await browser?.close();
  project.remove();
});

const partiesOf = { 'worker-page': ['page', 'worker'] };

for (const [name, bundle] of Object.entries(bundlers)) {
  test(`${name}: files are exchanged under a strict content security policy`, async (t) => {
    const output = join(project.folder, `built-by-${name}`);
    const { warnings, pages } = await bundle(app, output);
    assert.deepEqual(warnings, []);
    for (const page of pages) {
      await t.test(page, async (t) => {
        const server = await serveFolder(output, policyFor(name, readFileSync(join(output, `${page}.html`), 'utf8')));
        t.after(() => server.close());
        const { outcome, complaints, loaded, workers } = await openPage(browser, `${server.url}${page}.html`);
        assert.deepEqual(complaints, []);
        assertExchanged(outcome, partiesOf[page]);
        await assertEngineSource(output, loaded, page);
        if (page === 'worker-entry') assert.equal(workers, 1, 'the sessions are in a Worker');
      });
    }
  });
}

/** Parcel writes where its files are into the page, as an import map, which is inline code: the policy names it by its hash. */
function policyFor(bundler, page) {
  const [, importMap] = /<script type=importmap>([^<]*)</.exec(page) ?? [];
  if (bundler !== 'Parcel' || importMap === undefined) return strictPolicy;
  return `${strictPolicy} 'sha256-${createHash('sha256').update(importMap).digest('base64')}'`;
}

/** The lazy entry fetches the engine and carries none; the others carry it. */
async function assertEngineSource(output, loaded, page) {
  const { packed } = await packedEngine();
  const scripts = loaded.filter((path) => /\.m?js$/.test(path)).map((path) => readFileSync(join(output, path), 'utf8'));
  const isLazy = page.startsWith('lazy');
  assert.equal(loaded.filter((path) => path.endsWith('.wasm')).length, isLazy ? 1 : 0);
  assert.equal(
    scripts.some((text) => text.includes(packed.slice(0, 200))),
    !isLazy,
  );
}

test('what breaks the policy is noticed', async (t) => {
  const folder = join(project.folder, 'built-by-esbuild');
  project.write('built-by-esbuild/inline.html', '<!doctype html><script>1</script><script src="./eval.mjs"></script>');
  project.write(
    'built-by-esbuild/eval.mjs',
    `try { eval('1') } catch {} document.documentElement.dataset.outcome = '[]'`,
  );
  const server = await serveFolder(folder);
  t.after(() => server.close());
  const { complaints } = await openPage(browser, `${server.url}inline.html`);
  for (const blocked of ['script-src-elem: inline', 'script-src: eval']) {
    assert.ok(complaints.includes(`Blocked by ${blocked}`), complaints.join('\n'));
  }
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
  for (const entry of [
    'index.js',
    'transfers.js',
    'lazy.js',
    'signed.js',
    'worker.js',
    'worker-thread.js',
    'in-page.js',
  ]) {
    const text = readFileSync(join(project.folder, 'node_modules/peer-session/dist', entry), 'utf8');
    for (const word of ['"node:', "'node:", '__dirname', 'require(', 'eval(', 'new Function']) {
      assert.ok(!text.includes(word), `${entry} contains ${word}`);
    }
  }
});
