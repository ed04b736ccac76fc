// Where a relay is the only way between two pages: its credentials come from the demo's server, and newer ones when these run out.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { turnCredentials } from '../../web-demo/server/turn.mjs';
import { buildPageIfStale } from '../../web-demo/server/build-page.mjs';
import { launchBrowser } from '../support/chromium.mjs';
import { TurnServer } from '../support/turn-server.mjs';
import { assertSameBytes, connectedPeers, openPage, saved, share, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

const limit = { timeout: 120_000 };

/** The demo with that relay; each answer of the server is in `told`, with the life it was given. */
async function demoWith(t, turn, { ttlSeconds = 600, lifetime = ttlSeconds } = {}) {
  const told = [];
  const iceServersFor = (id) => {
    const { iceServers } = turnCredentials({
      secret: turn.secret,
      urls: [turn.url],
      ttlSeconds,
      id: `${id}-${told.length}`,
    });
    told.push(iceServers[0].username);
    return { iceServers, iceServersLifetime: lifetime };
  };
  await buildPageIfStale();
  const server = await startServer({ port: 0, iceServersFor });
  t.after(() => server.close());
  const browser = await launchBrowser();
  t.after(() => browser.close());
  return { told, server, browser };
}

/** A page whose connections may only use a relay, and are kept; `heard` is told what its server says. */
async function openRelayed(t, { browser, server }, heard = undefined) {
  const page = await openPage(t, browser, 'about:blank');
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard?.(payload)));
  await page.addInitScript(() => {
    const connections = [];
    globalThis.connections = connections;
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration) {
        super({ ...configuration, iceTransportPolicy: 'relay' });
        connections.push(this);
      }
    };
  });
  await page.goto(server.url);
  return page;
}

/** Of its connections that are connected, for whom their servers are. */
const usersOf = (page) =>
  page.evaluate(() =>
    globalThis.connections
      .filter(({ connectionState }) => connectionState === 'connected')
      .map((pc) => pc.getConfiguration().iceServers[0].username),
  );

test('a picture goes from one page to the other through it', limit, async (t) => {
  const turn = await TurnServer.for(t);
  const demo = await demoWith(t, turn);
  const pages = [await openRelayed(t, demo), await openRelayed(t, demo)];
  await Promise.all(pages.map((page) => connectedPeers(page, 1)));
  await pages[1].getByTestId('auto-accept').check();
  const file = picture(1, 300_000, 'relayed.png');
  await share(pages[0], file);
  await shown(pages[1], 'received', 1);
  assertSameBytes(await saved(pages[1], 'relayed.png'), file.buffer, 'relayed.png');
  const users = await Promise.all(pages.map(usersOf));
  assert.deepEqual(users.flat().sort(), [...demo.told].sort(), 'those of the welcome, and nobody asked again');
});

test('credentials that have no time left are renewed before they are used', limit, async (t) => {
  const turn = await TurnServer.for(t);
  const demo = await demoWith(t, turn, { lifetime: 0 });
  const [welcomes, asked] = [[], []];
  const heard = (message) => {
    const { type, iceServers } = JSON.parse(message);
    if (iceServers) (type === 'welcome' ? welcomes : asked).push(iceServers[0].username);
  };
  const pages = [await openRelayed(t, demo, heard), await openRelayed(t, demo, heard)];
  await Promise.all(pages.map((page) => connectedPeers(page, 1)));
  const users = (await Promise.all(pages.map(usersOf))).flat();
  assert.ok(
    users.every((user) => asked.includes(user) && !welcomes.includes(user)),
    `${users} of ${asked}`,
  );
});
