import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertSameBytes, demo, openRoom, savedAll, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

// A frame at 60 Hz is 17 ms; a person notices a page that stops for about a quarter of a second. The bound leaves
// room for the two pages, the server and whatever else shares the cores of a build machine.
const LONGEST_FRAME_MS = 400;
const FILES = 200;

test('two hundred dropped files arrive, and neither page stops meanwhile', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'many');
  await receiver.getByTestId('auto-accept').check();
  const files = Array.from({ length: FILES }, (_, i) => picture(i, 40_000 + i, `photo-${i}.png`));
  const dropped = await filesIn(sender, files);
  const watches = {
    sender: await sender.evaluateHandle(watchFrames),
    receiver: await receiver.evaluateHandle(watchFrames),
  };

  // A real drop event, all in one, as a file manager would hand them over.
  await sender.dispatchEvent('main', 'drop', { dataTransfer: dropped });
  await shown(receiver, 'received', FILES, 60_000);

  for (const [name, watch] of Object.entries(watches)) {
    const { longest, frames } = await watch.jsonValue();
    t.diagnostic(`${name}: ${frames} frames, the longest took ${Math.round(longest)} ms`);
    assert.ok(frames > 10, `${name} drew ${frames} frames`);
    assert.ok(longest < LONGEST_FRAME_MS, `${name} stopped for ${Math.round(longest)} ms`);
  }
  const arrived = await savedAll(receiver);
  assert.equal(arrived.size, FILES);
  for (const { name, buffer } of files) assertSameBytes(arrived.get(name), buffer, name);
  await receiver.waitForFunction(() => document.querySelectorAll('[data-testid=offer]').length === 0);
});

test('of more than a thousand offers the page keeps the newest thousand', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'thousand');
  const files = Array.from({ length: 1_010 }, (_, i) => ({
    name: `tiny-${i}.png`,
    buffer: Buffer.from(`content ${i}`),
  }));
  await sender.dispatchEvent('main', 'drop', { dataTransfer: await filesIn(sender, files) });

  const offers = receiver.getByTestId('offer');
  await offers.filter({ hasText: 'tiny-1009.png' }).waitFor({ state: 'attached' });
  await shown(receiver, 'offer', 1_000);
  assert.match(await offers.first().textContent(), /tiny-10\.png/);
});

function filesIn(page, files) {
  return page.evaluateHandle(
    (sent) => {
      const data = new window.DataTransfer();
      for (const { name, base64 } of sent) {
        const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
        data.items.add(new File([bytes], name, { type: 'image/png' }));
      }
      return data;
    },
    files.map(({ name, buffer }) => ({ name, base64: buffer.toString('base64') })),
  );
}

function watchFrames() {
  const watch = { longest: 0, frames: 0 };
  let last;
  const frame = (now) => {
    if (last !== undefined) watch.longest = Math.max(watch.longest, now - last);
    last = now;
    watch.frames += 1;
    window.requestAnimationFrame(frame);
  };
  window.requestAnimationFrame(frame);
  return watch;
}
