// The way to the signalling server breaks; what goes from page to page does not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { connectedPeers, demo, openPage, savedAll, share, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });
const expectedErrors = /WebSocket/;
const files = [1, 2, 3, 4].map((seed) => picture(seed, 700_000, `file-${seed}.png`));

/** Two pages in a room: the first shares, the second accepts automatically and verifies nothing until it is told to. */
async function openHeld(t, server, room) {
  const pages = [];
  for (const _ of ['sender', 'receiver']) {
    const page = await openPage(t, context.browser, 'about:blank', { expectedErrors });
    await page.addInitScript(rememberConnections);
    if (pages.length === 1) await page.addInitScript(holdVerification);
    await page.goto(`${server.url}#room=${room}`);
    pages.push(page);
  }
  await Promise.all(pages.map((page) => connectedPeers(page, 1)));
  await pages[1].getByTestId('auto-accept').check();
  await pages[1].getByTestId('wire').locator('summary').first().click();
  return pages;
}

/** As a lost network does it: without a goodbye. */
function dropSockets(server, room, ids = undefined) {
  for (const [id, socket] of server.rooms.others(room, '')) if (!ids || ids.includes(id)) socket.terminate();
}

const idsIn = (server, room) => server.rooms.others(room, '').map(([id]) => id);
const isHere = (page) => page.getByTestId('room-state').filter({ hasText: 'you are' }).waitFor();
const isAway = (page) => page.getByTestId('room-state').filter({ hasText: 'cannot be reached' }).waitFor();
const isUnderWay = (page, count) =>
  page.waitForFunction(
    (n) => document.querySelectorAll('[data-testid=transfer][data-state=running]').length >= n,
    count,
  );
const told = (page, kind, count) =>
  page
    .getByTestId(`kind-${kind}`)
    .filter({ hasText: `${kind} ${count}` })
    .waitFor();

/** Every file once: in the gallery, among the transfers, and on one and the same connection. */
async function assertUndisturbed([sender, receiver], count) {
  await shown(receiver, 'received', count);
  await told(receiver, 'pull-request', count);
  for (const page of [sender, receiver]) {
    await page.waitForFunction(
      (n) => document.querySelectorAll('[data-testid=finished-transfers] [data-state=complete]').length === n,
      count,
    );
    assert.equal(await page.getByTestId('active-transfers').locator('li').count(), 0, 'nothing has failed');
    assert.equal(await page.evaluate(connectionsMade), 1, 'nothing was connected anew');
    await connectedPeers(page, 1);
  }
  assert.equal((await savedAll(receiver)).size, count);
}

for (const who of ['the sender', 'the receiver', 'both']) {
  test(`the socket of ${who} is lost in the middle of transfers: they go on, and nothing comes twice`, async (t) => {
    const room = `dropped-${who.replace(' ', '-')}`;
    const pages = await openHeld(t, context.server, room);
    const [sender, receiver] = pages;
    await share(sender, files.slice(0, 2));
    await isUnderWay(receiver, 2);

    const before = idsIn(context.server, room);
    const dropped = who === 'both' ? before : [before[who === 'the sender' ? 0 : 1]];
    const away = who === 'both' ? pages : [who === 'the sender' ? sender : receiver];
    dropSockets(context.server, room, dropped);
    await Promise.all(away.map(isAway));
    await Promise.all(away.map(isHere));
    assert.deepEqual(idsIn(context.server, room).sort(), before.sort(), 'the same people as before');
    await share(sender, files.slice(2));
    await isUnderWay(receiver, 4);
    await receiver.evaluate(verifyNow);

    await assertUndisturbed(pages, 4);
  });
}

test('the server is restarted in the middle of transfers: they go on, new ones begin meanwhile, nothing comes twice', async (t) => {
  const first = await startServer({ port: 0 });
  const pages = await openHeld(t, first, 'restarted');
  const [sender, receiver] = pages;
  await share(sender, files.slice(0, 2));
  await isUnderWay(receiver, 2);
  const before = idsIn(first, 'restarted');

  await first.close();
  await Promise.all(pages.map(isAway));
  await share(sender, files.slice(2));
  await isUnderWay(receiver, 4);
  const second = await startServer({ port: first.port });
  t.after(() => second.close());
  await Promise.all(pages.map(isHere));
  assert.deepEqual(idsIn(second, 'restarted').sort(), before.sort(), 'the same people as before');
  await receiver.evaluate(verifyNow);

  await assertUndisturbed(pages, 4);
  // And both can still be found by someone new.
  const third = await openPage(t, context.browser, `${second.url}#room=restarted`);
  await connectedPeers(third, 2);
});

test('where a new connection is really needed, what is already here is not fetched again', async (t) => {
  const [sender, receiver] = await openHeld(t, context.server, 'anew');
  await receiver.evaluate(verifyNow);
  await share(sender, files);
  await shown(receiver, 'received', 4);

  await sender.evaluate(breakConnection);
  await Promise.all([sender, receiver].map((page) => page.waitForFunction(isConnectedAnew)));
  await told(receiver, 'offer-file', 8);
  await share(sender, picture(9, 1_000, 'new.png'));

  await shown(receiver, 'received', 5);
  await told(receiver, 'pull-request', 5);
  await shown(receiver, 'offer', 0);
  assert.equal(await receiver.locator('[data-testid=transfer][data-state=failed]').count(), 0);
});

test('who is gone without a goodbye stays only as long as the connection', async (t) => {
  const [sender, receiver] = await openHeld(t, context.server, 'gone');
  const [senderId] = idsIn(context.server, 'gone');
  await sender.evaluate(neverReturn);
  dropSockets(context.server, 'gone', [senderId]);
  await receiver.getByTestId('peer').filter({ hasText: 'lost its way to the server' }).waitFor();
  await connectedPeers(receiver, 1);
  await receiver.evaluate(verifyNow);
  await share(sender, files[0]);
  await shown(receiver, 'received', 1);

  await sender.evaluate(breakConnection);

  await shown(receiver, 'peer', 0);
});

test('a connection under way when the socket is lost is made all the same', async (t) => {
  const room = 'connecting';
  const first = await openPage(t, context.browser, `${context.server.url}#room=${room}`, { expectedErrors });
  await isHere(first);
  const second = await openPage(t, context.browser, 'about:blank', { expectedErrors });
  await second.addInitScript(loseFirstSignals);
  await second.goto(`${context.server.url}#room=${room}`);
  await second.waitForFunction(() => Object(window).lost > 0 || document.querySelector('[data-testid=peer]'));
  dropSockets(context.server, room);

  await Promise.all([first, second].map((page) => connectedPeers(page, 1)));
});

function rememberConnections() {
  const created = [];
  Object.assign(window, { created });
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...args) {
      super(...args);
      this.addEventListener('connectionstatechange', () => {
        if (this.connectionState === 'connected') created.push(this);
      });
    }
  };
}

function connectionsMade() {
  return Object(window).created.length;
}

function isConnectedAnew() {
  return Object(window).created.length === 2;
}

function breakConnection() {
  Object(window).created[0].close();
}

function holdVerification() {
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  const released = new Promise((resolve) => Object.assign(window, { verify: resolve }));
  crypto.subtle.digest = async (...args) => {
    await released;
    return digest(...args);
  };
}

function verifyNow() {
  Object(window).verify();
}

function neverReturn() {
  window.WebSocket = /** @type {any} */ (
    class extends EventTarget {
      close() {}
    }
  );
}

/** What the first socket is given to send goes nowhere. */
function loseFirstSignals() {
  const send = WebSocket.prototype.send;
  let first;
  Object.assign(window, { lost: 0 });
  WebSocket.prototype.send = function (data) {
    first ??= this;
    if (this === first) Object(window).lost += 1;
    else send.call(this, data);
  };
}
