import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertSameBytes, connectedPeers, demo, openPage, openRoom, saved, share, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });
const files = [picture(1, 4000, 'one.png'), picture(2, 5000, 'two.png'), picture(3, 6000, 'three.png')];

test('an offer tells name, size and type, and nothing arrives before it is accepted', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'offer');
  await share(sender, files);
  await shown(receiver, 'offer', 3);

  const text = await receiver.getByTestId('offer').filter({ hasText: 'two.png' }).innerText();
  assert.match(text, /4\.9 KiB/);
  assert.match(text, /image\/png/);
  assert.equal(await receiver.getByTestId('received').count(), 0);
  assert.equal(await receiver.getByTestId('transfer').count(), 0);
});

test('accepting one fetches that one only', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'one');
  await share(sender, files);
  await shown(receiver, 'offer', 3);

  await receiver.getByRole('button', { name: 'Accept two.png' }).click();
  await shown(receiver, 'received', 1);

  assert.match(await receiver.getByTestId('received').innerText(), /two\.png/);
  await shown(receiver, 'offer', 2);
});

test('accepting all fetches every one', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'all');
  await share(sender, files);
  await shown(receiver, 'offer', 3);

  await receiver.getByTestId('accept-all').click();
  await shown(receiver, 'received', 3);

  await shown(receiver, 'offer', 0);
  assert.equal(await receiver.getByTestId('accept-all').isDisabled(), true);
});

test('accepting automatically takes what waits and what comes', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'auto');
  await share(sender, files.slice(0, 1));
  await shown(receiver, 'offer', 1);

  await receiver.getByTestId('auto-accept').check();
  await shown(receiver, 'received', 1);
  await share(sender, files.slice(1));
  await shown(receiver, 'received', 3);
});

test('accepting works by keyboard, and the focus goes on to the next offer', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'keyboard');
  await share(sender, files);
  await shown(receiver, 'offer', 3);

  await receiver.getByTestId('accept').first().focus();
  await receiver.keyboard.press('Enter');
  await shown(receiver, 'offer', 2);
  assert.equal(await receiver.evaluate(() => document.activeElement.getAttribute('aria-label')), 'Accept two.png');
  await receiver.keyboard.press('Enter');
  await shown(receiver, 'offer', 1);
  await receiver.keyboard.press('Enter');
  await shown(receiver, 'offer', 0);
  assert.equal(await receiver.evaluate(() => document.activeElement.id), 'offers-title');
  await shown(receiver, 'received', 3);
});

test('an offer that ran out can be asked for again, and then arrives', async (t) => {
  const sender = await openPage(t, context.browser, `${context.server.url}#room=expired`);
  const receiver = await openPage(t, context.browser, 'about:blank');
  await receiver.clock.install();
  await receiver.goto(`${context.server.url}#room=expired`);
  await connectedPeers(receiver, 1);
  await share(sender, files[0]);
  await shown(receiver, 'offer', 1);

  await receiver.clock.fastForward('05:01');

  await receiver.getByTestId('offer').filter({ hasText: 'offer ran out' }).waitFor();
  await receiver.getByRole('button', { name: 'Ask again for one.png' }).click();
  await shown(receiver, 'received', 1);
  assertSameBytes(await saved(receiver, 'one.png'), files[0].buffer, 'one.png');
});
