// Folders: shared with what is in them, received with their paths, saved with them.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { demo, drop, openRoom, savedAll, shown } from './browser.mjs';
import { filesUnder, pickersIntoOwnFiles } from './in-page.mjs';
import { pageModule } from './page-module.mjs';

const context = await demo({ before, after });

/** One content under two paths, and one name with two contents. */
const TRIP = new Map([
  ['trip/notes.txt', 'first day'],
  ['trip/photos/day 1/cat.png', 'not really a picture'],
  ['trip/photos/day 2/cat.png', 'not really a picture'],
  ['trip/photos/notes.txt', 'second day'],
]);

async function folderOnDisk(t, files) {
  const top = await mkdtemp(path.join(tmpdir(), 'demo-folder-'));
  t.after(() => rm(top, { recursive: true }));
  for (const [name, content] of files) {
    await mkdir(path.dirname(path.join(top, name)), { recursive: true });
    await writeFile(path.join(top, name), content);
  }
  return top;
}

const saved = async (page) =>
  new Map((await page.evaluate(filesUnder, 'picked')).map(([name, , content]) => [name, content]));
const asText = (files) => new Map([...files].sort().map(([name, bytes]) => [name, bytes.toString()]));

test('a folder that is dropped arrives with all that is in it, and is saved as a ZIP with its paths', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'dropped-folder');
  await receiver.getByTestId('auto-accept').check();
  const disk = await folderOnDisk(t, TRIP);

  await drop(sender, [path.join(disk, 'trip')]);

  await shown(receiver, 'received', TRIP.size);
  assert.deepEqual(asText(await savedAll(receiver)), TRIP);
  await receiver.getByTestId('received').getByText('trip/photos/day 2').waitFor();
});

test('a folder that is chosen is saved into a folder, where nothing is ever overwritten', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'chosen-folder');
  await receiver.evaluate(pickersIntoOwnFiles);
  await receiver.getByTestId('auto-accept').check();
  const disk = await folderOnDisk(t, TRIP);

  await sender.getByTestId('pick-folder').setInputFiles(path.join(disk, 'trip'));
  await shown(receiver, 'received', TRIP.size);

  const toFolder = receiver.getByRole('button', { name: 'Save all to a folder' });
  await toFolder.click();
  await receiver.getByTestId('saving').getByText('4 files saved').waitFor();
  assert.deepEqual(await saved(receiver), TRIP);

  await toFolder.click();
  await receiver.getByRole('button', { name: 'Save all to a folder', disabled: false }).waitFor();
  const copies = [...TRIP].map(([name, content]) => [name.replace(/\.(?=[^.]+$)/, ' (2).'), content]);
  assert.deepEqual(await saved(receiver), new Map([...TRIP, ...copies].sort()));
});

test('a folder with more than can be shared says so, and nothing of it is shared', async (t) => {
  const [sender] = await openRoom(t, context, 'large-folder');
  const many = Array.from({ length: 1_001 }, (_, index) => [`many/${index}.txt`, String(index)]);
  const disk = await folderOnDisk(t, many);
  await drop(sender, [path.join(disk, 'many')]);
  await sender.getByTestId('problems').getByText('“many” was not shared: it holds more than 1,000 files').waitFor();
  assert.equal(await sender.getByTestId('shared').locator('li').count(), 0);
});

test('a path is what is said of it here, whatever a peer says', async () => {
  const { relativePath } = await pageModule('session/relative-path.ts');
  assert.equal(relativePath('trip/day 1/cat.png', 'cat.png'), 'trip/day 1/cat.png');
  const none = [
    ...['/etc/passwd', '../cat.png', 'trip/../../cat.png', 'trip/./cat.png', 'trip//cat.png', 'trip/', 'cat.png', ''],
    ...['trip/ .. /cat.png', 'trip/.\u200b./cat.png', `${'a/'.repeat(32)}cat.png`],
    ...[`trip/${'a'.repeat(1_020)}/cat.png`, undefined, null, 7, ['trip', 'cat.png'], { path: 'trip/cat.png' }],
  ];
  for (const value of none) assert.equal(relativePath(value, 'cat.png'), undefined, JSON.stringify(value));
  assert.equal(relativePath('C:\\trip/..\\..\\x/cat.png', 'cat.png'), 'C__trip/_.._x/cat.png');
  assert.equal(relativePath('trip/\u202e/cat.png', 'cat.png'), 'trip/_/cat.png');
  assert.equal(relativePath('trip/con/cat.png', 'cat.png'), 'trip/_con/cat.png');
  assert.equal(relativePath('trip/dog.exe', 'cat.png'), 'trip/cat.png', 'a file has one name');
});
