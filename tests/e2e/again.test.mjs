// Trying again, asking again, and offers that outlive their five minutes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertSameBytes, connectedPeers, demo, openPage, openRoom, saved, share, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });
// So long that the sender can leave in the middle.
const LARGE = 15 * 1024 * 1024;

/** Two pages in a room: one that shares and one whose clock, or the other's, the test turns. */
async function openWithClock(t, room, whose) {
  const pages = {};
  for (const who of ['sender', 'receiver']) {
    pages[who] = await openPage(t, context.browser, 'about:blank');
    if (who === whose) await pages[who].clock.install();
    await pages[who].goto(`${context.server.url}#room=${room}`);
  }
  await Promise.all(Object.values(pages).map((page) => connectedPeers(page, 1)));
  return pages;
}

const failed = (page) => page.locator('[data-testid=transfer][data-state=failed]');
const asked = (page) => page.locator('[data-testid=transfer][data-state=asked]');

test('what is tried again while nobody has it comes by itself when someone does', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'again');
  const files = [1, 2, 3].map((seed) => picture(seed, LARGE, `large-${seed}.png`));
  await share(sender, files);
  await shown(receiver, 'offer', 3);
  await receiver.getByTestId('accept-all').click();
  await receiver.locator('[data-testid=transfer][data-state=running]').first().waitFor();
  await sender.goto('about:blank');
  await failed(receiver).getByText('large-3.png').waitFor();

  await failed(receiver)
    .filter({ hasText: 'large-3.png' })
    .getByRole('button', { name: /^Try again/ })
    .click();

  const waits = asked(receiver).filter({ hasText: 'large-3.png' });
  await waits.getByText('as soon as someone here offers it').waitFor();
  assert.equal(await receiver.getByTestId('problems').isVisible(), false);
  // Not the same page, and not even the same name.
  const other = await openPage(t, context.browser, `${context.server.url}#room=again`);
  await share(other, { ...files[2], name: 'other name.png' });
  await receiver.getByRole('button', { name: 'Save other name.png' }).waitFor();
  await shown(receiver, 'offer', 0);
  assert.equal(await waits.count(), 0);
  assertSameBytes(await saved(receiver, 'other name.png'), files[2].buffer, 'large-3.png');
});

test('what is asked for again can be given up, and then does not come by itself', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'given-up');
  const file = picture(2, LARGE, 'two.png');
  await share(sender, file);
  await receiver.getByRole('button', { name: 'Accept two.png' }).click();
  await receiver.locator('[data-testid=transfer][data-state=running]').waitFor();
  await sender.goto('about:blank');
  await failed(receiver).getByRole('button', { name: 'Try again: two.png' }).click();

  await asked(receiver).getByRole('button', { name: 'Dismiss two.png' }).click();

  await shown(receiver, 'transfer', 0);
  const third = await openPage(t, context.browser, `${context.server.url}#room=given-up`);
  await share(third, file);
  await shown(receiver, 'offer', 1);
  assert.equal(await receiver.getByTestId('transfer').count(), 0);
});

test('five hundred offers that ran out are one click', async (t) => {
  const { sender, receiver } = await openWithClock(t, 'five-hundred', 'receiver');
  const files = Array.from({ length: 500 }, (_, i) => ({ name: `tiny-${i}.png`, buffer: Buffer.from(`content ${i}`) }));
  await sender.dispatchEvent('main', 'drop', { dataTransfer: await filesIn(sender, files) });
  await shown(receiver, 'offer', 500);
  await receiver.clock.fastForward('05:01');
  await receiver.getByTestId('offer').filter({ hasText: 'offer ran out' }).nth(499).waitFor({ state: 'attached' });

  await receiver.getByRole('button', { name: 'Accept all 500' }).click();

  await shown(receiver, 'received', 500, 60_000);
  await shown(receiver, 'offer', 0);
  assert.equal(await receiver.getByTestId('active-transfers').locator('li').count(), 0);
});

test('accepting automatically takes offers that ran out as well', async (t) => {
  const { sender, receiver } = await openWithClock(t, 'auto-expired', 'receiver');
  await share(sender, [picture(1, 1_000, 'one.png'), picture(2, 1_000, 'two.png')]);
  await shown(receiver, 'offer', 2);
  await receiver.clock.fastForward('05:01');
  await receiver.getByTestId('offer').filter({ hasText: 'offer ran out' }).nth(1).waitFor();

  await receiver.getByTestId('auto-accept').check();

  await shown(receiver, 'received', 2);
});

test('who shares renews the offers that ran out, so that they can still be accepted', async (t) => {
  const { sender, receiver } = await openWithClock(t, 'renewed', 'sender');
  const file = picture(1, 1_000, 'one.png');
  await share(sender, file);
  await shown(receiver, 'offer', 1);
  await receiver.getByTestId('wire').locator('summary').first().click();

  await sender.clock.fastForward('05:01');

  await receiver.getByTestId('kind-offer-file').filter({ hasText: 'offer-file 2' }).waitFor();
  await receiver.getByRole('button', { name: 'Accept one.png' }).click();
  await shown(receiver, 'received', 1);
  assertSameBytes(await saved(receiver, 'one.png'), file.buffer, 'one.png');
});

function filesIn(page, files) {
  return page.evaluateHandle(
    (sent) => {
      const data = new window.DataTransfer();
      for (const { name, text } of sent) data.items.add(new File([text], name, { type: 'image/png' }));
      return data;
    },
    files.map(({ name, buffer }) => ({ name, text: buffer.toString() })),
  );
}
