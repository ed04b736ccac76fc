// A page that is reloaded in the middle goes on: as the same person, at the byte, with what it shared and had received.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertSameBytes, connectedPeers, demo, openPage, openRoom, saved, share, shown } from './browser.mjs';
import {
  bytesReceived,
  holdVerification,
  holdWritesAfter,
  isHeld,
  pickersIntoOwnFiles,
  rememberConnections,
} from './in-page.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

const MiB = 1024 * 1024;
// Each 8 MiB are safe by themselves.
const LARGE = picture(1, 24 * MiB, 'large.png');

const peerNames = (page) => page.getByTestId('peer').locator('.name').allInnerTexts();
const complete = (page) => page.locator('[data-testid=transfer][data-state=complete]').count();

test('a receiver that is reloaded in the middle is the same person, goes on at the byte, and has nothing twice', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'reloaded-receiver');
  await receiver.addInitScript(rememberConnections);
  await receiver.evaluate(holdWritesAfter, 20 * MiB);
  const before = await peerNames(sender);
  const first = picture(2, 9 * MiB, 'first.png');
  await share(sender, [first]);
  await receiver.getByRole('button', { name: 'Accept first.png' }).click();
  await shown(receiver, 'received', 1);
  await share(sender, [LARGE]);
  await receiver.getByRole('button', { name: 'Accept large.png' }).click();
  await receiver.waitForFunction(isHeld);

  await receiver.reload();

  await receiver.getByTestId('received').getByText('first.png').waitFor();
  await shown(receiver, 'received', 2);
  assert.deepEqual(await peerNames(sender), before);
  assertSameBytes(await saved(receiver, 'large.png'), LARGE.buffer, 'large.png');
  assertSameBytes(await saved(receiver, 'first.png'), first.buffer, 'first.png');
  const came = await receiver.evaluate(bytesReceived);
  assert.ok(came < LARGE.buffer.length - 8 * MiB + MiB, `${came} bytes came after the reload`);
  assert.equal(await complete(receiver), 1);
  await shown(receiver, 'offer', 0);

  // What is over is not asked for again.
  await receiver.reload();
  await Promise.all([sender, receiver].map((page) => connectedPeers(page, 1)));
  await shown(receiver, 'received', 2);
  assert.equal(await receiver.getByTestId('transfer').count(), 0);
});

test('what was accepted in the moment before a reload comes', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'last-moment');
  await share(sender, picture(11, 50_000, 'last-moment.png'));
  await shown(receiver, 'offer', 1);
  await receiver.evaluate(holdVerification);
  const reloaded = receiver.waitForEvent('load');
  await receiver.evaluate(() => {
    /** @type {HTMLElement} */ (document.querySelector('[data-testid=accept]')).click();
    location.reload();
  });
  await reloaded;
  await shown(receiver, 'received', 1);
});

test('what nobody has for the moment is waited for after a reload, too, whoever brings it', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'waits');
  const file = picture(10, 14 * MiB, 'waited-for.png');
  await receiver.evaluate(holdWritesAfter, 10 * MiB);
  await share(sender, file);
  await receiver.getByRole('button', { name: 'Accept waited-for.png' }).click();
  await receiver.waitForFunction(isHeld);
  await sender.close();
  await receiver.locator('[data-testid=transfer][data-state=failed]').waitFor();

  await receiver.reload();
  await receiver.locator('[data-testid=transfer][data-state=asked]').waitFor();
  const other = await openPage(t, context.browser, `${context.server.url}#room=waits`);
  await share(other, file);
  await shown(receiver, 'received', 1);
  assertSameBytes(await saved(receiver, 'waited-for.png'), file.buffer, 'waited-for.png');
});

/** A page that has chosen that file by a handle, which lies in its own file system. */
async function sharesByHandle(page, { name, buffer }) {
  await page.addInitScript(pickersIntoOwnFiles);
  await page.evaluate(pickersIntoOwnFiles);
  await page.evaluate(
    async ([name, content]) => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('to share', { create: true });
      const stream = await (await folder.getFileHandle(name, { create: true })).createWritable();
      await stream.write(Uint8Array.from(atob(content), (each) => each.charCodeAt(0)));
      await stream.close();
    },
    [name, buffer.toString('base64')],
  );
  await page.locator('label', { has: page.getByTestId('pick') }).click();
}

test('a sender that is reloaded in the middle shares again, and the file goes on', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'reloaded-sender');
  const file = picture(3, 14 * MiB, 'by-handle.png');
  await sharesByHandle(sender, file);
  await shown(receiver, 'offer', 1);
  await receiver.evaluate(holdWritesAfter, 10 * MiB);
  await receiver.getByRole('button', { name: 'Accept by-handle.png' }).click();
  await receiver.waitForFunction(isHeld);

  await sender.reload();
  await sender.getByTestId('shared').getByText('by-handle.png').waitFor({ state: 'attached' });
  // Its disk takes more again.
  await receiver.reload();

  await shown(receiver, 'received', 1);
  assertSameBytes(await saved(receiver, 'by-handle.png'), file.buffer, 'by-handle.png');
});

test('what may be read again only when somebody agrees is shared again by one click', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'permission');
  await sharesByHandle(sender, picture(4, 50_000, 'asks.png'));
  await shown(receiver, 'offer', 1);
  await sender.addInitScript(() => {
    let isAllowed = false;
    FileSystemHandle.prototype.queryPermission = async () => (isAllowed ? 'granted' : 'prompt');
    FileSystemHandle.prototype.requestPermission = async () => {
      isAllowed = navigator.userActivation.isActive;
      return isAllowed ? 'granted' : 'denied';
    };
  });

  await sender.reload();
  await Promise.all([sender, receiver].map((page) => connectedPeers(page, 1)));
  await sender.getByRole('button', { name: 'Share 1 file again' }).waitFor();
  assert.equal(await sender.getByTestId('shared').locator('li').count(), 0);
  await shown(receiver, 'offer', 0);

  await sender.getByRole('button', { name: 'Share 1 file again' }).click();
  await shown(receiver, 'offer', 1);
  await sender.getByTestId('share-again').waitFor({ state: 'hidden' });
});

test('what was for one person is for that person only after a reload, too', async (t) => {
  const [sender, one, other] = await openRoom(t, context, 'for-one', 3);
  const [name] = await one
    .getByTestId('room-state')
    .innerText()
    .then((text) => text.match(/[A-Z]\w+ [A-Z]\w+$/) ?? []);
  await sender.getByTestId('audience').selectOption({ label: name });
  await sharesByHandle(sender, picture(8, 50_000, 'for-one.png'));
  await shown(one, 'offer', 1);

  await sender.reload();
  await sender.getByTestId('shared').getByText('for-one.png').waitFor({ state: 'attached' });
  await Promise.all([sender, one, other].map((page) => connectedPeers(page, 2)));
  await share(sender, picture(9, 1_000, 'for-all.png'));
  await shown(one, 'offer', 2);
  await other.getByRole('button', { name: 'Accept for-all.png' }).waitFor();
  assert.equal(await other.getByTestId('offer').count(), 1);
});

test('files that the browser gave no handle of are named, to be chosen again', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'chosen-again');
  const files = [picture(5, 50_000, 'one.png'), picture(6, 50_000, 'two.png')];
  await share(sender, files);
  await shown(receiver, 'offer', 2);

  await sender.reload();
  await sender.getByTestId('share-again').getByText('one.png, two.png').waitFor();
  await share(sender, files[0]);
  await sender.getByTestId('share-again').getByText('choose them again: two.png').waitFor();
  await shown(receiver, 'offer', 1);
  await sender.getByRole('button', { name: 'No longer' }).click();
  await sender.getByTestId('share-again').waitFor({ state: 'hidden' });
  await sender.reload();
  await sender.getByTestId('share-again').getByText('one.png').waitFor();
  assert.equal(await sender.getByTestId('share-again').getByText('two.png').count(), 0);
});

test('a tab that is duplicated is someone new, who shares nothing', async (t) => {
  const [page, other] = await openRoom(t, context, 'duplicated');
  await share(page, picture(7, 50_000, 'mine.png'));
  await shown(other, 'offer', 1);
  // A window that a page opens has a copy of what its tab keeps, as a duplicate has.
  const opening = page.waitForEvent('popup');
  await page.evaluate(() => void window.open(location.href));
  const duplicate = await opening;

  await Promise.all([page, other, duplicate].map((each) => connectedPeers(each, 2)));
  const names = new Set(await peerNames(other));
  assert.equal(names.size, 2, 'two people are there besides');
  assert.equal(await duplicate.getByTestId('share-again').isVisible(), false);
  assert.equal(await duplicate.getByTestId('shared').locator('li').count(), 0);

  await page.reload();
  await connectedPeers(page, 2);
  await connectedPeers(other, 2);
  assert.deepEqual(new Set(await peerNames(other)), names, 'the first one is who it was');
});
