// What the page says where it cannot work, in place of connecting for ever.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { connectedPeers, demo, openPage } from './browser.mjs';
import { textsFor } from './page-modules.mjs';

const context = await demo({ before, after });

for (const [what, breakIt, said] of [
  ['no WebRTC', () => void Reflect.deleteProperty(window, 'RTCPeerConnection'), /no WebRTC/],
  ['no WebAssembly', () => void Reflect.deleteProperty(window, 'WebAssembly'), /no WebAssembly/],
  [
    'a policy against WebRTC',
    () => {
      window.RTCPeerConnection = /** @type {any} */ (
        class {
          constructor() {
            throw new Error('WebRTC is not allowed.');
          }
        }
      );
    },
    /does not let the page connect .*\(.+\)/,
  ],
  [
    'a WebAssembly that compiles nothing',
    () => {
      WebAssembly.Module = /** @type {any} */ (
        class {
          constructor() {
            throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder');
          }
        }
      );
    },
    /does not let the page connect .*\(.+\)/,
  ],
]) {
  test(`with ${what} the page says so in one sentence`, async (t) => {
    const page = await openPage(t, context.browser, 'about:blank');
    await page.addInitScript(breakIt);
    for (const where of ['#room=unavailable', '?loopback']) {
      await page.goto(`${context.server.url}${where}`);
      await page.getByTestId('status').filter({ hasText: 'Not available here' }).waitFor();
      const problems = page.getByTestId('problems').locator('li');
      assert.equal(await problems.count(), 1);
      assert.match(await problems.innerText(), said);
      assert.match(await problems.innerText(), /another browser/);
      assert.equal(await page.getByText('Connecting…').count(), 0);
      assert.equal(await page.getByTestId('copy-invite').isVisible(), false);
    }
  });
}

const MISSING = {
  secureContext: () => void Object.defineProperty(window, 'isSecureContext', { value: false }),
  webRtc: () => void Reflect.deleteProperty(window, 'RTCPeerConnection'),
  webAssembly: () => void Reflect.deleteProperty(window, 'WebAssembly'),
};
for (const [language, locale] of Object.entries({ en: 'en-US', de: 'de-DE', fr: 'fr-FR' })) {
  test(`what is missing is one sentence in the language of the page (${language})`, async (t) => {
    const { missing, status } = await textsFor(language);
    for (const [what, remove] of Object.entries(MISSING)) {
      const page = await openPage(t, context.browser, 'about:blank', { locale });
      await page.addInitScript(remove);
      await page.goto(context.server.url);
      await page.getByTestId('status').filter({ hasText: status.unavailable }).waitFor();
      const said = await page.getByTestId('problems').locator('li bdi').allInnerTexts();
      assert.deepEqual(said, [missing[what]]);
      assert.match(said[0], /^[^.!?]+\.$/, 'one sentence');
      await page.close();
    }
  });
}

test('a full room says that it is full, and lets the page in when someone leaves', async (t) => {
  const server = await startServer({ port: 0, limits: { maxPeersPerRoom: 2 } });
  t.after(() => server.close());
  const inside = [];
  for (let i = 0; i < 2; i += 1) inside.push(await openPage(t, context.browser, `${server.url}#room=full`));
  await connectedPeers(inside[0], 1);

  const third = await openPage(t, context.browser, `${server.url}#room=full`);
  await third.getByTestId('status').filter({ hasText: 'Room is full' }).waitFor();
  assert.match(await third.getByTestId('room-state').innerText(), /full.*as soon as someone leaves/);
  assert.doesNotMatch(await third.locator('body').innerText(), /Offline/);

  await inside[0].goto('about:blank');
  await connectedPeers(third, 1);
  assert.match(await third.getByTestId('room-state').innerText(), /you are/);
});

test('a server that is full, or does not like what it hears, is not called offline either', async (t) => {
  const server = await startServer({ port: 0, limits: { maxRooms: 1 } });
  t.after(() => server.close());
  const inside = await openPage(t, context.browser, `${server.url}#room=one`);
  await inside.getByTestId('room-state').filter({ hasText: 'you are' }).waitFor();
  const outside = await openPage(t, context.browser, `${server.url}#room=two`);
  await outside.getByTestId('status').filter({ hasText: 'Not let in' }).waitFor();
  assert.match(await outside.getByTestId('room-state').innerText(), /as many rooms as it can/);
});
