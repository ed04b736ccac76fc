// Texts and links from page to page.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demo, openPage, openRoom, shown } from './browser.mjs';
import { moduleOfPage } from './page-modules.mjs';

const context = await demo({ before, after });

async function send(page, text) {
  await page.getByTestId('message-input').fill(text);
  await page.getByTestId('message-send').click();
}

const lastText = (page) => page.getByTestId('message-text').first().textContent();

test('a text arrives with everyone as it was written, as text and nothing else, and is announced', async (t) => {
  const [sender, ...others] = await openRoom(t, context, 'texts', 3);
  const text = '<img src=x onerror="document.title=1">\n  &amp; **Grüße** 日本 👩‍👧';
  await send(sender, text);
  for (const page of others) {
    await shown(page, 'message', 1);
    assert.equal(await lastText(page), text);
    assert.equal(await page.getByTestId('message-text').locator('*').count(), 0);
    assert.match(await page.getByTestId('message').innerText(), /^from \w+ \w+ · /);
    await page.getByTestId('announcements').filter({ hasText: '1 text received.' }).waitFor({ state: 'attached' });
    assert.equal(await page.getByTestId('offer').count(), 0, 'it is no file to be accepted');
  }
  await sender.getByTestId('message').filter({ hasText: 'to everyone · arrived' }).waitFor();
  assert.equal(await sender.getByTestId('message-input').inputValue(), '');
});

test('addresses of the web are links that tell nobody where they were, and no other address is one', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'links');
  await send(
    sender,
    'See https://example.org/a?b=c#d, (http://example.com/x). javascript:alert(1) data:text/html,x https://[ ' +
      'https://good.example/\u202Egnp.live ftp://example.org',
  );
  await shown(receiver, 'message', 1);
  const links = await receiver
    .getByTestId('message-text')
    .locator('a')
    .evaluateAll((all) =>
      /** @type {HTMLAnchorElement[]} */ (all).map(({ href, rel, target, textContent }) => ({
        href,
        rel,
        target,
        textContent,
      })),
    );
  const expected = ['https://example.org/a?b=c#d', 'http://example.com/x', 'https://good.example/'];
  assert.deepEqual(
    links,
    expected.map((href) => ({ href, rel: 'noreferrer noopener', target: '_blank', textContent: href })),
  );
});

test('a text for one person reaches nobody else', async (t) => {
  const [sender, one, other] = await openRoom(t, context, 'for-one', 3);
  const name = (await one.getByTestId('room-state').innerText()).split('you are ')[1];
  await sender.getByTestId('audience').selectOption({ label: name });
  await send(sender, 'for you');
  await shown(one, 'message', 1);
  await sender
    .getByTestId('message')
    .filter({ hasText: `to ${name} · arrived` })
    .waitFor();
  await sender.getByTestId('audience').selectOption('');
  await send(sender, 'for all');
  await shown(one, 'message', 2);
  await shown(other, 'message', 1);
  assert.equal(await lastText(other), 'for all');
});

test('a text is copied, dismissed and sent by keyboard', async (t) => {
  const [sender, receiver] = await openRoom(t, context, 'by-keyboard', 2, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  await sender.getByRole('textbox', { name: 'Text or link' }).focus();
  await sender.keyboard.type('one\ntwo');
  await sender.keyboard.press('Control+Enter');
  await receiver.getByRole('button', { name: 'Copy “one\ntwo”' }).click();
  await receiver.getByRole('button', { name: 'Copy “one\ntwo”' }).filter({ hasText: 'Copied' }).waitFor();
  assert.equal(await receiver.evaluate(() => navigator.clipboard.readText()), 'one\ntwo');
  await receiver.getByRole('button', { name: 'Dismiss “one\ntwo”' }).press('Enter');
  await shown(receiver, 'message', 0);
  assert.equal(await receiver.evaluate(() => document.activeElement.id), 'share-title', 'the focus is not lost');
});

test('what is too long, or would reach nobody, stays where it was written, and the page says why', async (t) => {
  const page = await openPage(t, context.browser, `${context.server.url}#room=alone`);
  await page.getByTestId('room-state').filter({ hasText: 'you are' }).waitFor();
  await send(page, 'is anyone here?');
  await page.getByTestId('message-hint').filter({ hasText: 'Nobody is connected' }).waitFor();
  assert.equal(await page.getByTestId('message-input').inputValue(), 'is anyone here?');
  await send(page, 'ü'.repeat(40_000));
  await page.getByTestId('message-hint').filter({ hasText: 'too long: it has 78.1 KiB of 64.0 KiB' }).waitFor();
  await shown(page, 'message', 0);
});

test('what a peer calls a text is taken within bounds: of size, of number at a time, of number in all', async () => {
  const { Messages, MAX_TEXT_BYTES } = await moduleOfPage('session/messages.ts');
  const messages = new Messages();
  const peer = { peerId: 'a', peerName: 'A' };
  const taken = [];
  const offer = (size) => {
    const file = {
      size,
      isDeclined: false,
      decline: () => (file.isDeclined = true),
      pull: () => new Promise((arrive) => taken.push(arrive)),
    };
    messages.receive(peer, file);
    return file.isDeclined ? 'declined' : 'pulled';
  };
  assert.equal(offer(MAX_TEXT_BYTES + 1), 'declined');
  assert.equal(offer(MAX_TEXT_BYTES), 'pulled');
  for (let i = 1; i < 16; i += 1) assert.equal(offer(1), 'pulled');
  assert.equal(offer(1), 'declined', 'the seventeenth at a time');
  for (let i = 0; i < 150; i += 1) {
    taken.shift()(new Blob([String(i)]));
    await new Promise((turn) => setImmediate(turn));
    await new Promise((turn) => setImmediate(turn));
    assert.equal(offer(1), 'pulled', 'when one has arrived');
  }
  assert.equal(messages.items.size, 100);
  assert.equal(messages.items.values().at(-1).text, '149');
});
