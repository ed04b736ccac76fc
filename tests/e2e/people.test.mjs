import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectedPeers, demo, openPage, openRoom, share, shown } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

test('someone who leaves is gone at once, and on return is offered everything again', async (t) => {
  const [stays, leaves] = await openRoom(t, context, 'rejoin');
  await share(stays, picture(1, 1000, 'kept.png'));
  await shown(leaves, 'offer', 1);

  await leaves.goto('about:blank');
  await shown(stays, 'peer', 0);
  assert.equal(await stays.getByTestId('problems').isVisible(), false, 'leaving is no problem');
  assert.equal(await stays.getByTestId('transfer').count(), 0, 'what nobody pulled has not failed');

  await leaves.goto(`${context.server.url}#room=rejoin`);
  await connectedPeers(stays, 1);
  await leaves.getByRole('button', { name: 'Accept kept.png' }).click();
  await shown(leaves, 'received', 1);
});

test('a room of its own keeps others out', async (t) => {
  const [inside] = await openRoom(t, context, 'inside');
  const outside = await openPage(t, context.browser, `${context.server.url}#room=outside`);
  await outside.getByTestId('room-state').filter({ hasText: 'you are' }).waitFor();
  assert.equal(await outside.getByTestId('peer').count(), 0);
  await connectedPeers(inside, 1);
});

test('pages opened without a room meet in the public lobby', async (t) => {
  const pages = [];
  for (let i = 0; i < 3; i += 1) pages.push(await openPage(t, context.browser, context.server.url));
  for (const page of pages) {
    await connectedPeers(page, 2);
    assert.match(await page.getByTestId('room-state').innerText(), /^Public lobby, you are /);
  }
});
