import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ERROR_TEXT } from '../../web-demo/server/protocol.mjs';
import { connectedPeers, demo, openPage, openRoom, share, shown, takePicture } from './browser.mjs';
import { picture } from './pictures.mjs';
import { textsFor } from './page-modules.mjs';

const context = await demo({ before, after });

const LOCALES = { de: 'de-DE', fr: 'fr-FR' };
const PHONES = { phone: { width: 390, height: 844 }, 'small phone': { width: 320, height: 640 } };

// Names, and words that languages share.
const ALIKE = new Set([
  'peer-session',
  'ZIP',
  'Status',
  'Type',
  'type',
  'Direction',
  'image',
  'png',
  ...['B', 'KiB', 'MiB', 'GiB', 'TiB'],
]);
const ENGLISH = /\b(?:the|and|from|with|you|your|this|of|is|are|not|here|what)\b/i;

test('the first language that the browser asks for and the page speaks is taken, else English', async (t) => {
  for (const [preferred, language, title] of /** @type {const} */ ([
    [['it', 'fr-CA', 'en'], 'fr', /navigateur/],
    [['de-CH', 'en'], 'de', /Dateien/],
    [['it', 'nl'], 'en', /files/],
    [['de_DE@euro', ''], 'en', /files/],
    [[], 'en', /files/],
  ])) {
    const page = await openPage(t, context.browser, 'about:blank');
    await page.addInitScript((languages) => {
      Object.defineProperty(navigator, 'languages', { get: () => languages });
    }, preferred);
    await page.goto(`${context.server.url}#room=chosen`);
    await page.locator('h1').filter({ hasText: title }).waitFor();
    assert.equal(await page.evaluate(() => document.documentElement.lang), language);
    await page.close();
  }
});

test('no text of another language is a copy of the English one', async () => {
  const english = textsIn(await textsFor('en'));
  for (const language of Object.keys(LOCALES)) {
    const own = textsIn(await textsFor(language));
    assert.deepEqual([...own.keys()], [...english.keys()], 'the same texts, in the same order');
    const copies = [...own].filter(([key, text]) => text === english.get(key) && !isAlike(text));
    assert.deepEqual(copies, [], language);
    assert.deepEqual(
      [...own].filter(([, text]) => ENGLISH.test(text)),
      [],
      language,
    );
  }
});

test('every refusal of the server has a text of the page', async () => {
  const { room } = await textsFor('en');
  // Nobody is refused for that: the other one has only just left.
  const codes = Object.keys(ERROR_TEXT).filter((code) => code !== 'unknown-peer');
  assert.deepEqual(Object.keys(room.refusals).sort(), codes.sort());
});

test('a page in another language has no English text left, and nothing of it sticks out on a phone', async (t) => {
  const english = await everythingOn(t, 'en-GB', 'en');
  for (const [language, locale] of Object.entries(LOCALES)) {
    const own = await everythingOn(t, locale, language);
    assert.deepEqual(
      [...own].filter((text) => english.has(text) && !isAlike(text)),
      [],
      `${language}: as in English`,
    );
    assert.deepEqual(
      [...own].filter((text) => ENGLISH.test(text)),
      [],
      `${language}: English words`,
    );
  }
});

/** Strings, and what functions make of arguments that are the same in every language. */
function textsIn(value, path = '', found = new Map()) {
  if (typeof value === 'string') found.set(path, value);
  else if (typeof value === 'function') found.set(path, String(value(...Array(value.length).fill(7))));
  else for (const [key, each] of Object.entries(value)) textsIn(each, `${path}.${key}`, found);
  return found;
}

function isAlike(text) {
  return text.split(/[^\p{L}-]+/u).every((word) => word === '' || word === 's' || ALIKE.has(word));
}

/** Fills a page, sees that its text has room at the width of phones, and returns every text that it has. */
async function everythingOn(t, locale, language) {
  const [page, other] = await openRoom(t, context, `in-${language}`, 2, { locale });
  await share(other, [picture(1, 60_000, 'one.png'), picture(2, 60_000, 'two.png')]);
  await shown(page, 'offer', 2);
  await page.getByTestId('accept').first().click();
  await shown(page, 'received', 1);
  await share(page, picture(3, 5_000, 'three.png'));
  await shown(other, 'offer', 1);
  await other.getByTestId('accept').click();
  await shown(other, 'received', 1);
  for (const [from, to] of [
    [page, other],
    [other, page],
  ]) {
    await from.getByTestId('message-input').fill('7');
    await from.getByTestId('message-send').click();
    await to.locator('[data-testid=message][data-direction=receive]').waitFor();
  }
  await page.locator('details').evaluateAll((all) => all.forEach((each) => each.setAttribute('open', '')));
  await page.getByTestId('wire-log').locator('.line').first().waitFor();
  await connectedPeers(page, 1);
  const names = await Promise.all([page, other].map((each) => each.getByTestId('peer').locator('.name').innerText()));
  const texts = new Set(
    (await page.evaluate(textsOnThePage)).flatMap((text) =>
      names.reduce((rest, name) => rest.replaceAll(name, '‹1›'), text).split(' · '),
    ),
  );
  for (const [name, size] of Object.entries(PHONES)) {
    await page.setViewportSize(size);
    assert.deepEqual(await page.evaluate(textThatSticksOut), [], `${language}, ${name}`);
    await takePicture(page, `language-${language}-${name.replace(' ', '-')}`, { fullPage: true });
  }
  return texts;
}

/** Text and what stands in for it, hidden or not; but what peers send and the words of the protocol. */
function textsOnThePage() {
  const ATTRIBUTES = ['aria-label', 'title', 'placeholder', 'alt', 'data-drop'];
  const FOREIGN = '#wire-log .content, #wire-log .kind-name, #wire-kinds button, bdi, script, style, noscript, title';
  const found = [];
  for (const element of document.querySelectorAll('body, body *')) {
    if (element.closest(FOREIGN)) continue;
    for (const name of ATTRIBUTES) found.push(element.getAttribute(name) ?? '');
    for (const node of element.childNodes) if (node.nodeType === Node.TEXT_NODE) found.push(node.textContent);
  }
  // File names are the same everywhere.
  return found.map((text) => text.replace(/\b\w+\.png\b/g, '‹2›').trim()).filter((text) => /\p{L}/u.test(text));
}

function textThatSticksOut() {
  const found = [];
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth > clientWidth) found.push(`the page has ${scrollWidth} px of ${clientWidth}`);
  for (const element of document.querySelectorAll('h1, h2, p, button, a, label, legend, summary, figcaption')) {
    if (!element.checkVisibility() || element.closest('.visually-hidden, .wire-scroll, .scroll')) continue;
    const range = document.createRange();
    range.selectNodeContents(element);
    const { left, right } = range.getBoundingClientRect();
    const own = element.getBoundingClientRect();
    const isInline = window.getComputedStyle(element).display === 'inline';
    if (!isInline && right > left && (right > own.right + 1 || left < own.left - 1))
      found.push(`${element.tagName}#${element.id}: ${element.textContent.trim().slice(0, 40)}`);
  }
  const [copy, own] = ['copy-invite', 'private-room'].map((id) => document.getElementById(id).getBoundingClientRect());
  if (copy.top !== own.top || copy.height !== own.height) found.push('the buttons of the header');
  return found;
}
