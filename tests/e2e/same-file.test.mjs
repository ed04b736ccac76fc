// When is a file the same file? Names, contents, handles that died, and what a file system takes for one name.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import {
  assertSameBytes,
  connectedPeers,
  demo,
  openPage,
  openRoom,
  saved,
  savedAll,
  share,
  shown,
} from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

async function fileOnDisk(t, name, buffer) {
  const folder = await mkdtemp(path.join(tmpdir(), 'demo-e2e-'));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, name);
  await writeFile(file, buffer);
  return file;
}

const offered = (page) => page.getByTestId('offer').locator('.name').allInnerTexts();

async function newcomer(t, room) {
  const page = await openPage(t, context.browser, `${context.server.url}#room=${room}`);
  await connectedPeers(page, 2);
  return page;
}

test('a file that was touched and chosen again arrives, and is offered to newcomers once', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'touched');
  const { buffer } = picture(1, 200_000);
  const file = await fileOnDisk(t, 'touched.png', buffer);
  await share(sender, file);
  await shown(receiver, 'offer', 1);

  // The content is the same; the handle that the page has is dead.
  await utimes(file, new Date(), new Date(Date.now() + 60_000));
  await share(sender, file);
  await receiver.getByTestId('wire').locator('summary').first().click();
  await receiver.getByTestId('kind-offer-file').filter({ hasText: 'offer-file 2' }).waitFor();
  await receiver.getByRole('button', { name: 'Accept touched.png' }).click();

  await shown(receiver, 'received', 1);
  assertSameBytes(await saved(receiver, 'touched.png'), buffer, 'touched.png');
  const third = await newcomer(t, 'touched');
  await third.getByTestId('accept-all').click();
  await shown(third, 'received', 1);
});

test('a file that was renamed and chosen again is offered under its new name only', async (t) => {
  const [sender] = await openRoom(t, context, 'renamed');
  const { buffer } = picture(1, 200_000);
  const file = await fileOnDisk(t, 'before.png', buffer);
  await share(sender, file);
  await sender.getByTestId('shared').locator('li').waitFor({ state: 'attached' });

  const renamed = path.join(path.dirname(file), 'after.png');
  await rename(file, renamed);
  await share(sender, renamed);
  await sender.getByTestId('shared').getByText('after.png').waitFor({ state: 'attached' });

  const third = await newcomer(t, 'renamed');
  await shown(third, 'offer', 1);
  assert.deepEqual(await offered(third), ['after.png']);
  await third.getByTestId('accept-all').click();
  await shown(third, 'received', 1);
  assertSameBytes(await saved(third, 'after.png'), buffer, 'after.png');
});

test('a file that changed is not offered on, and chosen again replaces what it was', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'replaced');
  const file = await fileOnDisk(t, 'draft.png', picture(1, 200_000).buffer);
  await share(sender, file);
  await shown(receiver, 'offer', 1);
  await writeFile(file, picture(2, 210_000).buffer);
  await receiver.getByRole('button', { name: 'Accept draft.png' }).click();
  await sender.locator('[data-testid=transfer][data-state=failed]').waitFor();

  const third = await newcomer(t, 'replaced');
  await share(sender, picture(3, 1_000, 'marker.png'));
  await third.getByRole('button', { name: 'Accept marker.png' }).waitFor();
  assert.deepEqual(await offered(third), ['marker.png'], 'nobody is offered what cannot be read');

  await share(sender, file);
  await third.getByRole('button', { name: 'Accept draft.png' }).click();
  await shown(third, 'received', 1);
  assertSameBytes(await saved(third, 'draft.png'), picture(2, 210_000).buffer, 'draft.png');
});

test('two names of one content are both shared, both offered and both received', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'two-names');
  const { buffer } = picture(5, 50_000);
  await share(sender, [
    { name: 'one.png', buffer },
    { name: 'other.png', buffer },
  ]);
  await shown(receiver, 'offer', 2);

  await receiver.getByTestId('accept-all').click();

  await shown(receiver, 'received', 2);
  await shown(receiver, 'offer', 0);
  const arrived = await savedAll(receiver);
  assert.deepEqual([...arrived.keys()].sort(), ['one.png', 'other.png']);
  for (const [name, bytes] of arrived) assertSameBytes(bytes, buffer, name);
});

test('what is here already is not sent once more for another name', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'here-already');
  const { buffer } = picture(5, 50_000);
  await share(sender, { name: 'one.png', buffer });
  await receiver.getByTestId('accept-all').click();
  await shown(receiver, 'received', 1);

  await share(sender, { name: 'other.png', buffer });
  await receiver.getByRole('button', { name: 'Accept other.png' }).click();

  await shown(receiver, 'received', 2);
  await shown(receiver, 'offer', 0);
  assertSameBytes(await saved(receiver, 'other.png'), buffer, 'other.png');
  await receiver.getByTestId('wire').locator('summary').first().click();
  await receiver.getByTestId('kind-pull-request').filter({ hasText: 'pull-request 1' }).waitFor();
});

test('in the ZIP no name is another one to a file system: case, composition, and what is cut', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'zip');
  await receiver.getByTestId('auto-accept').check();
  const long = 'y'.repeat(244);
  const names = [
    ...['Photo.PNG', 'photo.png', 'PHOTO.png', 'photo (2).png'],
    ...['B\u00FCro.png', 'Bu\u0308ro.png', 'B\u00DCRO.png'],
    ...['stra\u00DFe.png', 'STRASSE.png', '\u03C3\u03BF\u03C6\u03CC\u03C2.png', '\u03A3\u039F\u03A6\u038C\u03A3.png'],
    ...[`${long}1.png`, `${long}2.png`, `${long.toUpperCase()}3.png`],
  ];
  const files = names.map((name, i) => ({ name, buffer: picture(i, 2_000 + i).buffer }));
  await share(sender, files);
  await shown(receiver, 'received', files.length);

  const arrived = await savedAll(receiver);

  assert.equal(arrived.size, files.length);
  const folded = [...arrived.keys()].map((name) => name.normalize('NFC').toUpperCase());
  assert.equal(new Set(folded).size, files.length, [...arrived.keys()].join('\n'));
  const contents = [...arrived.values()].map((bytes) => bytes.toString('base64')).sort();
  assert.deepEqual(contents, files.map(({ buffer }) => buffer.toString('base64')).sort());
  // And a file system takes them as they are.
  const folder = await mkdtemp(path.join(tmpdir(), 'demo-e2e-'));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(path.join(folder, 'unpacked'));
  for (const [name, bytes] of arrived) await writeFile(path.join(folder, 'unpacked', name), bytes, { flag: 'wx' });
});
