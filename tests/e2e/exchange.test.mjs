import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertSameBytes, demo, openRoom, saved, savedAll, share, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

const KiB = 1024;
const MiB = 1024 * KiB;
// The edges of what can go wrong: one byte, chunk sizes of old and new peers and one more, the limit of
// old peers, and just more than is hashed in one piece.
const SIZES = [
  1,
  2,
  100,
  1023,
  16 * KiB,
  16 * KiB + 1,
  64 * KiB,
  256 * KiB,
  256 * KiB + 1,
  1 * MiB + 1,
  5 * MiB,
  15 * MiB,
  16 * MiB + 1,
];

test('two pages exchange thirteen files of 1 byte to 16 MiB each way at once, byte for byte', async (t) => {
  const [left, right] = await openRoom(t, context, 'exchange');
  for (const page of [left, right]) await page.getByTestId('auto-accept').check();
  const fromLeft = SIZES.map((size, i) => picture(i, size, `left-${size}.png`));
  const fromRight = SIZES.map((size, i) => picture(100 + i, size, `right-${size}.png`));

  await Promise.all([share(left, fromLeft), share(right, fromRight)]);
  await Promise.all([shown(left, 'received', SIZES.length, 60_000), shown(right, 'received', SIZES.length, 60_000)]);

  for (const [receiver, files] of [
    [right, fromLeft],
    [left, fromRight],
  ]) {
    const arrived = await savedAll(receiver);
    assert.equal(arrived.size, files.length);
    for (const { name, buffer } of files) assertSameBytes(arrived.get(name), buffer, name);
  }
  for (const page of [left, right]) {
    const finished = page.getByTestId('finished-transfers').locator('[data-state=complete]');
    await shownFinished(page, SIZES.length * 2);
    assert.equal(await finished.count(), SIZES.length * 2, 'each page has sent and received them all');
    assert.equal(await page.getByTestId('active-transfers').locator('li').count(), 0);
  }
});

test('an empty file arrives', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'empty');
  await receiver.getByTestId('auto-accept').check();
  await share(sender, picture(0, 0, 'empty.png'));
  await shown(receiver, 'received', 1);
  assert.equal((await saved(receiver, 'empty.png')).length, 0);
});

test('three pages in a room: what one shares reaches both others', async (t) => {
  const [sender, ...receivers] = await openRoom(t, context, 'three', 3);
  const file = picture(7, 300 * KiB);
  await share(sender, file);
  for (const page of receivers) {
    await page.getByRole('button', { name: `Accept ${file.name}` }).click();
    await shown(page, 'received', 1);
    assertSameBytes(await saved(page, file.name), file.buffer, file.name);
  }
});

function shownFinished(page, count) {
  return page.waitForFunction(
    (expected) =>
      document.querySelectorAll('[data-testid=finished-transfers] [data-state=complete]').length === expected,
    count,
  );
}
