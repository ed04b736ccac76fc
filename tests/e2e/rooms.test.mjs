import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectedPeers, demo, openPage, openRoom, share, shown } from './browser.mjs';
import { holdVerification, verifyNow } from './in-page.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

for (const [name, ...fragments] of [
  ['büro', 'room=Büro', 'room=B%C3%BCro', 'room=Bu%CC%88ro'],
  ["o'brien’s room", "room=O'Brien’s room", 'room=O%27Brien%E2%80%99s+room'],
  ['会議室1', 'room=会議室１', 'room=会議室1'],
]) {
  test(`a room may be called ${name}, however its address is written, and is not the lobby`, async (t) => {
    const lobby = await openPage(t, context.browser, context.server.url);
    const pages = await Promise.all(
      fragments.map((fragment) => openPage(t, context.browser, `${context.server.url}#${fragment}`)),
    );
    await Promise.all(pages.map((page) => connectedPeers(page, fragments.length - 1)));
    await pages[0].getByTestId('room-state').filter({ hasText: name }).waitFor();
    await lobby.getByTestId('room-state').filter({ hasText: 'you are' }).waitFor();
    assert.equal(await lobby.getByTestId('peer').count(), 0);
  });
}

const WRONG = {
  'room=': /No room can be called “”.* 1 to 64 letters/,
  [`room=${'x'.repeat(65)}`]: /No room can be called “x+”.* 1 to 64 letters/,
  'room=a%00b': /1 to 64 letters/,
  'room=%FF': /1 to 64 letters/,
  'B%C3%BCro': /No room is called “#Büro”: an address ends in #room=NAME/,
};

test('an address that names no possible room is told so, in a sentence, and nobody is met', async (t) => {
  const lobby = await openPage(t, context.browser, context.server.url);
  const page = await openPage(t, context.browser, 'about:blank');
  const sockets = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  for (const [fragment, said] of Object.entries(WRONG)) {
    await page.goto(`${context.server.url}#${fragment}`);
    await page.getByTestId('room-state').filter({ hasText: said }).waitFor();
    assert.match(await page.getByTestId('status').innerText(), /No such room/);
    assert.equal(await page.getByTestId('copy-invite').isVisible(), false);
  }
  await lobby.getByTestId('room-state').filter({ hasText: 'you are' }).waitFor();
  assert.equal(await lobby.getByTestId('peer').count(), 0);
  assert.deepEqual(sockets, []);

  await page.getByRole('button', { name: 'New private room' }).click();
  await page.getByTestId('room-state').filter({ hasText: 'Private room, you are' }).waitFor();
});

const withClipboard = { permissions: ['clipboard-read', 'clipboard-write'] };

async function inviteFrom(page) {
  await page.getByTestId('copy-invite').click();
  await page.getByRole('button', { name: 'Invite link copied' }).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

test('an invite from the lobby leads to a private room, where the host waits with what was shared', async (t) => {
  const host = await openPage(t, context.browser, context.server.url, withClipboard);
  const stranger = await openPage(t, context.browser, context.server.url);
  await connectedPeers(host, 1);
  const file = picture(1, 1_000, 'for-you.png');
  await share(host, file);
  await shown(stranger, 'offer', 1);

  const invite = await inviteFrom(host);

  assert.match(new URL(invite).hash, /^#room=[0-9a-f-]{36}$/);
  await host.getByTestId('room-state').filter({ hasText: 'Private room, you are' }).waitFor();
  await shown(stranger, 'peer', 0);
  const guest = await openPage(t, context.browser, invite);
  await connectedPeers(host, 1);
  await guest.getByRole('button', { name: 'Accept for-you.png' }).click();
  await shown(guest, 'received', 1);
  assert.equal(await inviteFrom(host), invite, 'from a private room the invite is to that room');
  await connectedPeers(host, 1);
});

test('the host moves only when what is under way in the lobby has ended', async (t) => {
  const host = await openPage(t, context.browser, 'about:blank', withClipboard);
  await host.addInitScript(holdVerification);
  await host.goto(context.server.url);
  const other = await openPage(t, context.browser, context.server.url);
  await connectedPeers(host, 1);
  await share(other, picture(1, 100_000, 'slow.png'));
  await host.getByRole('button', { name: 'Accept slow.png' }).click();
  await host.locator('[data-testid=transfer][data-state=running]').waitFor();

  const invite = await inviteFrom(host);
  await host.getByTestId('invite-hint').waitFor();
  assert.equal(await inviteFrom(host), invite, 'one private room, not two');
  assert.match(await host.getByTestId('room-state').innerText(), /Public lobby/);
  await host.evaluate(verifyNow);

  await shown(host, 'received', 1);
  await host.getByTestId('room-state').filter({ hasText: 'Private room, you are' }).waitFor();
  assert.equal(host.url(), invite);
  assert.equal(await host.getByTestId('invite-hint').isVisible(), false);
});

test('a page that goes to another room takes along what it has', async (t) => {
  const [page, other] = await openRoom(t, context, 'first-room', 2);
  await share(other, picture(1, 1_000, 'kept.png'));
  await page.getByRole('button', { name: 'Accept kept.png' }).click();
  await shown(page, 'received', 1);
  await share(page, picture(2, 1_000, 'mine.png'));

  await page.evaluate(() => (location.hash = 'room=second-room'));

  await page.getByTestId('room-state').filter({ hasText: 'second-room' }).waitFor();
  await shown(other, 'peer', 0);
  await shown(page, 'peer', 0);
  const third = await openPage(t, context.browser, `${context.server.url}#room=second-room`);
  await shown(third, 'offer', 1);
  await shown(page, 'received', 1);
  assert.equal(
    await page.getByRole('link', { name: 'second tab', includeHidden: true }).getAttribute('href'),
    page.url(),
  );
});
