// @ts-check
// The demo page in a browser on the one side, the command on the other.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { assertSameBytes, connectedPeers, demo, openPage, savedAll, share, shown } from '../e2e/browser.mjs';
import { picture } from '../e2e/pictures.mjs';
import { Command, folder, receiving, sending } from './support/command.mjs';
import { assertContent, written } from './support/content.mjs';

const limit = { timeout: 90_000 };
const context = await demo({ before, after });

const pictures = [1, 100 * 1024, 5 * 1024 * 1024].map((size, i) => picture(i, size, `写真 ${size}.png`));

test('who opens the link in a browser gets what is sent', limit, async (t) => {
  const from = folder(t);
  const paths = pictures.map(({ name, buffer }) => written(from, name, buffer));
  const { command, link } = await sending(t, context.server, paths);
  const page = await openPage(t, context.browser, link);
  for (const { name } of pictures) await page.getByRole('button', { name: `Accept ${name}` }).click();
  await shown(page, 'received', pictures.length);
  assert.equal(await command.exit, 0, command.stderr);
  const arrived = await savedAll(page);
  for (const { name, buffer } of pictures) assertSameBytes(arrived.get(name), buffer, name);
});

test('what is shared in a browser is received, from the room that the command has made', limit, async (t) => {
  const to = folder(t);
  const command = new Command(t, ['receive', '--server', context.server.url, '--ice', 'none', '--to', to]);
  const [, link] = await command.said(/^link: (.+)$/m);
  const page = await openPage(t, context.browser, link);
  await connectedPeers(page, 1);
  await share(page, pictures);
  assert.equal(await command.exit, 0, command.stderr);
  assert.deepEqual(readdirSync(to).sort(), pictures.map(({ name }) => name).sort());
  for (const { name, buffer } of pictures) assertContent(join(to, name), buffer);
  await shownSent(page, pictures.length);
});

test('who comes into a room of browsers receives what was shared there before', limit, async (t) => {
  const to = folder(t);
  const page = await openPage(t, context.browser, `${context.server.url}#room=before`);
  await share(page, pictures);
  const command = receiving(t, context.server, 'before', to);
  assert.equal(await command.exit, 0, command.stderr);
  for (const { name, buffer } of pictures) assertContent(join(to, name), buffer);
});

function shownSent(page, count) {
  return page.waitForFunction(
    (expected) =>
      document.querySelectorAll('[data-testid=finished-transfers] [data-state=complete]').length === expected,
    count,
  );
}
