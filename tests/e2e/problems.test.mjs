import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertSameBytes, demo, openRoom, saved, share, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });
// So long that the sender can leave in the middle.
const LARGE = 15 * 1024 * 1024;

async function temporaryFolder(t) {
  const folder = await mkdtemp(path.join(tmpdir(), 'demo-e2e-'));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}

test('a file that changed since it was shared fails with its reason, and the next one arrives', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'changed');
  const folder = await temporaryFolder(t);
  const changed = path.join(folder, 'changed.png');
  await writeFile(changed, picture(1, 200_000).buffer);
  await share(sender, changed);
  await shown(receiver, 'offer', 1);
  // The browser refuses to read a File whose file on disk is no longer the one that was chosen.
  await appendFile(changed, 'more');

  await receiver.getByRole('button', { name: 'Accept changed.png' }).click();

  const failed = receiver.locator('[data-testid=transfer][data-state=failed]');
  await failed.waitFor();
  assert.match(await failed.innerText(), /changed\.png[^]*Failed from .+: \S{3,}/);
  await sender.locator('[data-testid=transfer][data-state=failed]').waitFor();
  const good = picture(2, 200_000, 'good.png');
  await share(sender, good);
  await receiver.getByRole('button', { name: 'Accept good.png' }).click();
  await shown(receiver, 'received', 1);
  assertSameBytes(await saved(receiver, 'good.png'), good.buffer, 'good.png');
});

test('when the sender leaves in the middle every accepted file ends, with a reason', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'leaves');
  await share(
    sender,
    [1, 2, 3, 4, 5, 6].map((seed) => picture(seed, LARGE, `large-${seed}.png`)),
  );
  await shown(receiver, 'offer', 6);
  await receiver.getByTestId('accept-all').click();
  await receiver.locator('[data-testid=transfer][data-state=running]').first().waitFor();

  await sender.close();

  await receiver.waitForFunction(() => {
    const transfers = /** @type {HTMLElement[]} */ ([...document.querySelectorAll('[data-testid=transfer]')]);
    return (
      transfers.length === 6 &&
      transfers.every(({ dataset }) => dataset.state === 'failed' || dataset.state === 'complete')
    );
  });
  const failed = receiver.locator('[data-testid=transfer][data-state=failed]');
  assert.ok((await failed.count()) > 0, 'the last of 90 MiB cannot have arrived already');
  assert.match(await failed.first().innerText(), /Failed from .+: \S{3,}/);
  await shown(receiver, 'peer', 0);
  await shown(receiver, 'offer', 0);
});
