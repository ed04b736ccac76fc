// The way to the signalling server breaks; what goes from page to page does not.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { idFor } from '../../web-demo/server/identity.mjs';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { newKey } from '../signalling/client.mjs';
import { connectedPeers, demo, openPage, share, shown } from './browser.mjs';
import { breakConnection, isConnectedAnew, verifyNow } from './in-page.mjs';
import { picture } from './pictures.mjs';
import { assertUndisturbed, expectedErrors, isAway, isHere, isUnderWay, openHeld, told } from './under-way.mjs';

const context = await demo({ before, after });
const files = [1, 2, 3, 4].map((seed) => picture(seed, 700_000, `file-${seed}.png`));

const isConnectionLost = () => Object(window).made[0].connectionState !== 'connected';

/** As a lost network does it: without a goodbye. */
function dropSockets(server, room, ids = undefined) {
  for (const [id, socket] of server.rooms.others(room, '')) if (!ids || ids.includes(id)) socket.terminate();
}

const idsIn = (server, room) => server.rooms.others(room, '').map(([id]) => id);

for (const who of ['the sender', 'the receiver', 'both']) {
  test(`the socket of ${who} is lost in the middle of transfers: they go on, and nothing comes twice`, async (t) => {
    const room = `dropped-${who.replace(' ', '-')}`;
    const pages = await openHeld(t, context.browser, context.server, room);
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
  const pages = await openHeld(t, context.browser, first, 'restarted');
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
  const [sender, receiver] = await openHeld(t, context.browser, context.server, 'anew');
  await receiver.evaluate(verifyNow);
  await share(sender, files);
  await shown(receiver, 'received', 4);

  await sender.evaluate(breakConnection);
  await Promise.all([sender, receiver].map((page) => page.waitForFunction(isConnectedAnew)));
  await share(sender, picture(9, 1_000, 'new.png'));

  await shown(receiver, 'received', 5);
  // The session is the same: it offers nothing anew.
  await told(receiver, 'offer-file', 5);
  await told(receiver, 'pull-request', 5);
  await shown(receiver, 'offer', 0);
  assert.equal(await receiver.locator('[data-testid=transfer][data-state=failed]').count(), 0);
});

test('who is gone without a goodbye stays only as long as the connection, and the minute in which it may be made anew', async (t) => {
  const [sender, receiver] = await openHeld(t, context.browser, context.server, 'gone', { setsClock: true });
  const [senderId] = idsIn(context.server, 'gone');
  await sender.evaluate(neverReturn);
  dropSockets(context.server, 'gone', [senderId]);
  await receiver.getByTestId('peer').filter({ hasText: 'lost its way to the server' }).waitFor();
  await connectedPeers(receiver, 1);
  await receiver.evaluate(verifyNow);
  await share(sender, files[0]);
  await shown(receiver, 'received', 1);

  await sender.evaluate(breakConnection);
  await receiver.waitForFunction(isConnectionLost);
  await receiver.clock.fastForward(50_000);
  // Long enough to show what has run out.
  await setTimeout(1_000);
  assert.equal(await receiver.getByTestId('peer').count(), 1);

  await receiver.clock.fastForward(10_000);
  await shown(receiver, 'peer', 0);
});

for (const starter of ['the one whose socket is lost', 'the other']) {
  test(`the socket is lost before the connection is made, which ${starter} starts: it is made all the same`, async (t) => {
    const room = `connecting-${starter.length}`;
    // The side whose id sorts first makes the connection.
    const keys = [newKey(), newKey()].sort((a, b) => (idFor(room, a) < idFor(room, b) ? -1 : 1));
    const [ofLost, ofOther] = starter === 'the other' ? keys.reverse() : keys;
    const other = await openPage(t, context.browser, 'about:blank');
    await other.addInitScript(useKey, ofOther);
    await other.goto(`${context.server.url}#room=${room}`);
    await isHere(other);
    const lost = await openPage(t, context.browser, 'about:blank', { expectedErrors });
    await lost.addInitScript(useKey, ofLost);
    await lost.addInitScript(loseFirstSignals);
    await lost.goto(`${context.server.url}#room=${room}`);
    await lost.waitForFunction(() => Object(window).lostSignals > 0);
    assert.deepEqual(idsIn(context.server, room), [idFor(room, ofOther), idFor(room, ofLost)]);

    dropSockets(context.server, room, [idFor(room, ofLost)]);

    await Promise.all([lost, other].map((page) => connectedPeers(page, 1)));
  });
}

for (const [name, days] of [
  ['behind', -3],
  ['ahead', 3],
]) {
  test(`a page whose clock is days ${name} draws a key by the server's, and is in the room`, async (t) => {
    const page = await openPage(t, context.browser, 'about:blank', { expectedErrors });
    await page.addInitScript(moveClock, days * 24 * 60 * 60 * 1_000);
    await page.goto(`${context.server.url}#room=clock-${name}`);
    await isHere(page);
    assert.equal(idsIn(context.server, `clock-${name}`).length, 1);
  });
}

function moveClock(ms) {
  const now = Date.now.bind(Date);
  Date.now = () => now() + ms;
}

/** Whatever key the page has, this one is what the server gets. */
function useKey(key) {
  window.WebSocket = class extends WebSocket {
    constructor(url, [protocol]) {
      super(url, [protocol, `peer-session.key.${key}`]);
    }
  };
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
  Object.assign(window, { lostSignals: 0 });
  WebSocket.prototype.send = function (data) {
    first ??= this;
    if (this === first) Object(window).lostSignals += 1;
    else send.call(this, data);
  };
}
