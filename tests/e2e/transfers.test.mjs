// What can be done with an offer and a transfer, from either side, and what both sides say of it.
import assert from 'node:assert/strict';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertSameBytes, connectedPeers, demo, openPage, openRoom, saved, share, shown } from './browser.mjs';
import { closeConnections, findServer, loseServer, readFast, readSlowlyFrom, rememberConnections } from './in-page.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });
const MiB = 1024 * 1024;
const SIZE = 32 * MiB;
/** So much comes fast, and nearly all of that is here when something is done in the middle. */
const FAST = 12 * MiB;
const MIDDLE = 10 * MiB;
/** What was on its way, and what a store on the disk was not sure of. */
const TWICE = 9 * MiB;
const film = picture(7, SIZE, 'film.mp4');

/** Two pages in a room: the first reads slowly what it sends. Both keep their connections, for tests that break them. */
async function openSlow(t, room, options, setsClock = false) {
  const pages = [];
  for (let i = 0; i < 2; i += 1) {
    const page = await openPage(t, context.browser, 'about:blank', options);
    await page.addInitScript(rememberConnections);
    if (setsClock) await page.clock.install();
    if (i === 0) await page.addInitScript(readSlowlyFrom, FAST);
    await page.goto(`${context.server.url}#room=${room}`);
    pages.push(page);
  }
  await Promise.all(pages.map((page) => connectedPeers(page, 1)));
  return pages;
}

const row = (page, state) => page.locator(`[data-testid=transfer][data-state=${state}]`);
const says = (page, state, text) => row(page, state).filter({ hasText: text }).waitFor();
const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const nameOf = async (page) =>
  /you are (.*)$/.exec(await page.getByTestId('room-state').filter({ hasText: 'you are' }).innerText())[1];

/** Until the page has so many bytes of what it receives. */
async function isInTheMiddle(page) {
  await page.waitForFunction(
    (least) => Object(document.querySelector('[data-testid=transfer] progress'))?.value >= least,
    MIDDLE,
  );
}

async function startFilm(sender, receiver) {
  await share(sender, film);
  await press(receiver, 'Accept film.mp4');
  await isInTheMiddle(receiver);
}

async function hasFilm(receiver) {
  await shown(receiver, 'received', 1, 60_000);
  assertSameBytes(await saved(receiver, 'film.mp4'), film.buffer, 'film.mp4');
}

/** As the page's own log of the wire has it. */
async function bytesReceived(page) {
  const wire = page.getByTestId('wire');
  await wire.locator('summary').first().click();
  const downloading = page.waitForEvent('download');
  await page.getByTestId('wire-save').click();
  const lines = (await readFile(await (await downloading).path(), 'utf8')).trimEnd().split('\n');
  return lines
    .map((line) => JSON.parse(line))
    .filter(({ kind, direction }) => kind === 'binary' && direction === 'in')
    .reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What was here from before did not come again. */
async function assertWentOn(receiver) {
  const bytes = await bytesReceived(receiver);
  assert.ok(bytes >= SIZE && bytes < SIZE + TWICE, `${bytes} bytes came of a file of ${SIZE}`);
}

test('either side pauses a transfer and resumes it: both sides say so, and every byte arrives once', async (t) => {
  const [sender, receiver] = await openSlow(t, 'paused');
  await startFilm(sender, receiver);
  for (const [self, other] of [
    [receiver, sender],
    [sender, receiver],
  ]) {
    await press(self, 'Pause film.mp4');

    await says(self, 'paused', 'paused by you');
    await says(other, 'paused', `paused by ${await nameOf(self)}`);
    assert.equal(await other.getByRole('button', { name: /^Resume/ }).count(), 0, 'whoever has paused it resumes it');
    // The button that was pressed is still there, and has the focus.
    assert.equal(await self.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Resume film.mp4');
    for (const page of [self, other])
      await page.getByTestId('announcements').filter({ hasText: '1 file paused.' }).waitFor();
    if (self === sender) await sender.evaluate(readFast);
    await self.keyboard.press('Enter');
    if (self === receiver) await Promise.all([self, other].map((page) => row(page, 'running').waitFor()));
  }

  await hasFilm(receiver);
  await assertWentOn(receiver);
  for (const page of [sender, receiver]) await row(page, 'complete').waitFor({ state: 'attached' });
  await shown(receiver, 'offer', 0);
});

test('the receiver cancels in the middle: both sides say so, and trying again goes on at the byte', async (t) => {
  const [sender, receiver] = await openSlow(t, 'cancelled-there');
  await startFilm(sender, receiver);

  await press(receiver, 'Cancel film.mp4');

  await says(receiver, 'cancelled', 'cancelled by you');
  await says(sender, 'cancelled', `cancelled by ${await nameOf(receiver)}`);
  assert.equal(await receiver.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Try again: film.mp4');
  await sender.evaluate(readFast);
  await receiver.keyboard.press('Enter');

  await hasFilm(receiver);
  await assertWentOn(receiver);
  for (const page of [sender, receiver]) await shown(page, 'transfer', 1);
});

test('the sender cancels in the middle: both sides say so; offered again and accepted, it goes on at the byte', async (t) => {
  const [sender, receiver] = await openSlow(t, 'cancelled-here');
  await receiver.getByTestId('auto-accept').check();
  await share(sender, film);
  await isInTheMiddle(receiver);

  await press(sender, 'Cancel film.mp4');

  await says(sender, 'cancelled', 'cancelled by you');
  await says(receiver, 'cancelled', `cancelled by ${await nameOf(sender)}`);
  await receiver.getByTestId('announcements').filter({ hasText: '1 file cancelled.' }).waitFor();
  await sender.evaluate(readFast);
  // That the receiver asks for it changes nothing: it is the sender's to take it back.
  await press(receiver, 'Try again: film.mp4');
  await says(receiver, 'asked', 'asked for again');
  await press(sender, 'Try again: film.mp4');

  await hasFilm(receiver);
  await assertWentOn(receiver);
  for (const page of [sender, receiver]) await shown(page, 'transfer', 1);
});

test('what is withdrawn is gone from the list of offers, and ends where it is under way', async (t) => {
  const [sender, receiver] = await openSlow(t, 'withdrawn');
  await startFilm(sender, receiver);
  await share(sender, [picture(1, 4_000, 'one.png'), picture(2, 4_000, 'two.png')]);
  await shown(receiver, 'offer', 2);
  await sender.getByText('You share 3 files').click();

  await press(sender, 'Withdraw one.png');

  await shown(receiver, 'offer', 1);
  assert.match(await receiver.getByTestId('offer').innerText(), /two\.png/);
  await press(sender, 'Withdraw film.mp4');
  await says(sender, 'cancelled', 'cancelled by you');
  await says(receiver, 'cancelled', `cancelled by ${await nameOf(sender)}`);
  await sender.getByText('You share 1 file').waitFor();
  assert.equal(await receiver.getByTestId('problems').isVisible(), false);
  // Nor is it offered to whoever comes.
  const third = await openPage(t, context.browser, `${context.server.url}#room=withdrawn`);
  await press(third, 'Accept two.png');
  await shown(third, 'received', 1);
  await shown(third, 'offer', 0);
});

test('what is declined is gone here, and whoever offered it is told, and can offer it once more', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'declined');
  await share(sender, [picture(1, 4_000, 'one.png'), picture(2, 4_000, 'two.png')]);
  await shown(receiver, 'offer', 2);

  await receiver.getByRole('button', { name: 'Decline one.png' }).focus();
  await receiver.keyboard.press('Enter');

  await shown(receiver, 'offer', 1);
  assert.equal(await receiver.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Accept two.png');
  await says(sender, 'declined', `declined by ${await nameOf(receiver)}`);
  await sender.getByTestId('announcements').filter({ hasText: '1 file declined.' }).waitFor();
  await press(sender, 'Try again: one.png');
  await says(sender, 'asked', 'offered again');
  await press(receiver, 'Accept one.png');
  await row(sender, 'complete').waitFor({ state: 'attached' });
  await shown(sender, 'transfer', 1);
  await shown(receiver, 'received', 1);
});

test('what is for one of three people goes to that one only, also when the connection was made anew; late comers get the rest', async (t) => {
  const pages = [];
  for (let i = 0; i < 3; i += 1) {
    const page = await openPage(t, context.browser, 'about:blank');
    await page.addInitScript(rememberConnections);
    await page.goto(`${context.server.url}#room=one-of-three`);
    pages.push(page);
  }
  await Promise.all(pages.map((page) => connectedPeers(page, 2)));
  const [sender, one, other] = pages;
  const name = await nameOf(one);

  await sender.getByTestId('audience').selectOption({ label: name });
  await share(sender, picture(1, 4_000, 'private.png'));
  await one.getByRole('button', { name: 'Accept private.png' }).waitFor();
  await sender.getByTestId('audience').selectOption({ index: 0 });
  await share(sender, picture(2, 4_000, 'public.png'));

  await other.getByRole('button', { name: 'Accept public.png' }).waitFor();
  assert.doesNotMatch(await other.getByTestId('offers').innerText(), /private/);
  await sender.getByText('You share 2 files').click();
  await sender.getByTestId('shared').getByText(`only for ${name}`).waitFor();
  const late = await openPage(t, context.browser, `${context.server.url}#room=one-of-three`);
  await press(late, 'Accept public.png');
  await shown(late, 'received', 1);
  await shown(late, 'offer', 0);
  await press(one, 'Accept private.png');
  await shown(one, 'received', 1);
  // What was meant for one goes to nobody else because that one has left.
  await sender.getByTestId('audience').selectOption({ label: name });
  await one.goto('about:blank');
  await sender.getByTestId('audience').getByText(`${name} (not here)`).waitFor({ state: 'attached' });
  await share(sender, [picture(3, 4_000, 'for nobody.png')]);
  await sender.getByText('You share 3 files').waitFor();
  await sender.getByTestId('audience').selectOption({ index: 0 });
  await share(sender, picture(4, 4_000, 'last.png'));
  await other.getByRole('button', { name: 'Accept last.png' }).waitFor();
  assert.doesNotMatch(await other.getByTestId('offers').innerText(), /private|nobody/);
});

test('the connection and the ways to the server are lost in the middle: it goes on at the byte, and nothing is doubled', async (t) => {
  const [sender, receiver] = await openSlow(t, 'cut', { expectedErrors: /WebSocket/ });
  await startFilm(sender, receiver);

  await receiver.evaluate(closeConnections);
  for (const [, socket] of context.server.rooms.others('cut', '')) socket.terminate();
  await receiver.locator('[data-testid=peer][data-state=interrupted]').waitFor();
  await sender.evaluate(readFast);

  await hasFilm(receiver);
  await assertWentOn(receiver);
  // The session is the same: it offers nothing anew.
  assert.equal((await receiver.getByTestId('kind-offer-file').innerText()).replace(/\s+/g, ' '), 'offer-file 1');
  for (const page of [sender, receiver]) {
    await connectedPeers(page, 1);
    await row(page, 'complete').waitFor({ state: 'attached' });
    await shown(page, 'transfer', 1);
  }
  await shown(receiver, 'offer', 0);
});

test('what the session could not recover goes on at the byte in the next one, by itself, and nothing is doubled', async (t) => {
  const [sender, receiver] = await openSlow(t, 'given-up', { expectedErrors: /WebSocket/ }, true);
  const pages = [sender, receiver];
  await startFilm(sender, receiver);
  for (const page of pages) await page.evaluate(loseServer);
  for (const [, socket] of context.server.rooms.others('given-up', '')) socket.terminate();
  await receiver.evaluate(closeConnections);
  await Promise.all(pages.map((page) => page.locator('[data-testid=peer][data-state=interrupted]').waitFor()));

  // The minute in which a session may recover.
  for (const page of pages) await page.clock.fastForward(61_000);
  await says(receiver, 'asked', 'the connection is lost');
  await sender.evaluate(readFast);
  for (const page of pages) await page.evaluate(findServer);

  await hasFilm(receiver);
  await assertWentOn(receiver);
  for (const page of pages) {
    await row(page, 'complete').waitFor({ state: 'attached' });
    await shown(page, 'transfer', 1);
  }
  await shown(receiver, 'offer', 0);
});

test('a large file is never whole in the memory of the page that shares it', async (t) => {
  const [sender, receiver] = await openSlow(t, 'memory');
  const folder = await mkdtemp(path.join(tmpdir(), 'demo-e2e-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'large.bin');
  const handle = await open(file, 'w');
  await handle.truncate(80 * MiB);
  await handle.close();
  await sender.evaluate(noteWholeReads);
  const devtools = await sender.context().newCDPSession(sender);

  await share(sender, file);
  await press(receiver, 'Accept large.bin');
  await isInTheMiddle(receiver);
  const { backingStorageSize } = await devtools.send('Runtime.getHeapUsage');
  assert.ok(backingStorageSize < 40 * MiB, `${backingStorageSize} bytes are held of a file of ${80 * MiB}`);
  assert.ok((await sender.evaluate(() => Object(window).largestRead)) <= 16 * MiB, 'nor was it read in one piece');
  await sender.evaluate(readFast);

  await shown(receiver, 'received', 1, 60_000);
  const { length } = await saved(receiver, 'large.bin');
  assert.equal(length, 80 * MiB);
});

/** How large the largest Blob is that the page reads in one piece. */
function noteWholeReads() {
  const read = Blob.prototype.arrayBuffer;
  Object.assign(window, { largestRead: 0 });
  Blob.prototype.arrayBuffer = function () {
    Object.assign(window, { largestRead: Math.max(Object(window).largestRead, this.size) });
    return read.call(this);
  };
}
