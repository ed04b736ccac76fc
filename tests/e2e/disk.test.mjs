// Large files go to the disk while they arrive: into the browser's own file system, or where the person says.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  assertSameBytes,
  connectedPeers,
  demo,
  eventually,
  openRoom,
  saved,
  savedAll,
  share,
  shown,
} from './browser.mjs';
import { filesUnder, isEmpty, pickersIntoOwnFiles, withoutOwnFiles, withoutPickers } from './in-page.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

const MiB = 1024 * 1024;
const STORE = 'demo-received';

async function limitStorage(page, quotaSize) {
  const session = await page.context().newCDPSession(page);
  const origin = new URL(page.url()).origin;
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize });
}

const accept = (page, name) => page.getByRole('button', { name: `Accept ${name}` }).click();

test('a large file comes into the browser’s own file system, is saved from there, and goes when it is deleted', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'to-disk');
  const large = picture(1, 12 * MiB, 'large.png');
  await share(sender, [large, picture(2, 1_000, 'small.png')]);
  await shown(receiver, 'offer', 2);
  await receiver.getByTestId('room-left').getByText('Room for about').waitFor();

  await receiver.getByTestId('accept-all').click();
  await shown(receiver, 'received', 2);
  const onDisk = await receiver.evaluate(filesUnder, STORE);
  const kept = onDisk.reduce((sum, [, size]) => sum + size, 0);
  assert.equal(kept, large.buffer.length, 'the large one is there, and the small one is not');
  assertSameBytes(await saved(receiver, 'large.png'), large.buffer, 'large.png');
  assertSameBytes((await savedAll(receiver)).get('large.png'), large.buffer, 'large.png in the ZIP');

  await receiver.getByRole('button', { name: 'Delete large.png' }).click();
  await shown(receiver, 'received', 1);
  await eventually(receiver, isEmpty, STORE);
});

test('where the browser keeps no files, a click asks where to', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'asked');
  await receiver.addInitScript(pickersIntoOwnFiles);
  await receiver.addInitScript(withoutOwnFiles);
  await receiver.reload();
  await Promise.all([sender, receiver].map((page) => connectedPeers(page, 1)));
  const large = picture(3, 12 * MiB, 'asked.png');
  await share(sender, large);
  await shown(receiver, 'offer', 1);

  await receiver.evaluate(() => Object.assign(window, { closesPicker: true }));
  await accept(receiver, 'asked.png');
  await receiver.waitForFunction(() => Object(window).picked === 1 && !Object(window).closesPicker);
  await shown(receiver, 'transfer', 0);
  await shown(receiver, 'offer', 1);

  await accept(receiver, 'asked.png');
  await shown(receiver, 'received', 1);
  await receiver.getByTestId('received').getByText('· saved').waitFor();
  assert.equal(await receiver.evaluate(() => Object(window).picked), 2);
  assertSameBytes(await saved(receiver, 'asked.png'), large.buffer, 'asked.png');
});

test('a file that has no room says so and costs nothing', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'no-room');
  await receiver.evaluate(withoutPickers);
  const large = picture(4, 12 * MiB, 'roomy.png');
  await limitStorage(receiver, 10 * MiB);
  await share(sender, large);
  await shown(receiver, 'offer', 1);

  await accept(receiver, 'roomy.png');
  await receiver.locator('[data-testid=transfer][data-state=failed]').waitFor();
  await receiver.getByTestId('transfer').getByText('no room').waitFor();
  const asked = receiver.getByTestId('kind-request-file');
  assert.equal(await asked.count(), 0, 'the sender was asked for nothing');

  await limitStorage(receiver, undefined);
  await receiver.getByRole('button', { name: 'Try again: roomy.png' }).click();
  await shown(receiver, 'received', 1);
  assertSameBytes(await saved(receiver, 'roomy.png'), large.buffer, 'roomy.png');
});

test('an archive that is too large for memory goes where the person says, or through the disk', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'large-archive');
  await receiver.evaluate(pickersIntoOwnFiles);
  await receiver.getByTestId('auto-accept').check();
  // One content under three names comes once.
  const { buffer } = picture(5, 22 * MiB, '');
  const names = ['one.png', 'two.png', 'three.png'];
  await share(
    sender,
    names.map((name) => ({ name, buffer })),
  );
  await shown(receiver, 'received', names.length, 60_000);

  const asZip = receiver.getByRole('button', { name: 'Save all as ZIP' });
  await asZip.click();
  await receiver.getByRole('button', { name: 'Save all as ZIP', disabled: false }).waitFor();
  const [[name, size]] = await receiver.evaluate(filesUnder, 'picked');
  assert.equal(name, 'received.zip');
  assert.ok(size > names.length * buffer.length, `${size} bytes`);

  await receiver.evaluate(withoutPickers);
  const arrived = await savedAll(receiver);
  assert.deepEqual([...arrived.keys()].sort(), [...names].sort());
  for (const [file, bytes] of arrived) assertSameBytes(bytes, buffer, file);
});
