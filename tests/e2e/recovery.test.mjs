import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { connectedPeers, demo, openPage, openRoom, share, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

for (const breaker of ['the side that starts', 'the side that waits']) {
  test(`a connection broken by ${breaker} is made anew by itself`, async (t) => {
    const room = `broken-${breaker.replaceAll(' ', '-')}`;
    const pages = [];
    for (let i = 0; i < 2; i += 1) {
      const page = await openPage(t, context.browser, 'about:blank');
      await page.addInitScript(rememberConnections);
      await page.goto(`${context.server.url}#room=${room}`);
      pages.push(page);
    }
    await Promise.all(pages.map((page) => connectedPeers(page, 1)));
    await share(pages[0], picture(1, 1000, 'again.png'));
    await shown(pages[1], 'offer', 1);

    const starts = await Promise.all(pages.map((page) => page.evaluate(startsTheConnection)));
    assert.deepEqual([...starts].sort(), [false, true]);
    const broken = pages[starts.indexOf(breaker === 'the side that starts')];
    await broken.evaluate(breakConnection);

    await Promise.all(pages.map((page) => page.waitForFunction(hasSecondOpenConnection)));
    await Promise.all(pages.map((page) => connectedPeers(page, 1)));
    await pages[1].getByRole('button', { name: 'Accept again.png' }).click();
    await shown(pages[1], 'received', 1);
  });
}

test('when the server comes back the pages find each other again', async (t) => {
  const first = await startServer({ port: 0 });
  const [left, right] = await openRoom(t, { ...context, server: first }, 'restart', 2, { expectedErrors: /WebSocket/ });

  await first.close();
  await left.getByTestId('room-state').filter({ hasText: 'cannot be reached' }).waitFor();
  const second = await startServer({ port: first.port });
  t.after(() => second.close());

  for (const page of [left, right]) {
    await page.getByTestId('room-state').filter({ hasText: 'you are' }).waitFor();
    await connectedPeers(page, 1);
  }
});

function rememberConnections() {
  const created = [];
  Object.assign(window, { created });
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      created.push(this);
    }
  };
}

function startsTheConnection() {
  const { created } = /** @type {any} */ (window);
  return created[0].localDescription.type === 'offer';
}

function breakConnection() {
  const { created } = /** @type {any} */ (window);
  created[0].close();
}

function hasSecondOpenConnection() {
  const { created } = /** @type {any} */ (window);
  return created.slice(1).some((connection) => connection.connectionState === 'connected');
}
