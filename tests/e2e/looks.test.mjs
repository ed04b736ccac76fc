import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demo, openPage, openRoom, share, shown, takePicture } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

const LOOKS = {
  light: { colorScheme: 'light', viewport: { width: 1280, height: 1000 } },
  dark: { colorScheme: 'dark', viewport: { width: 1280, height: 1000 } },
  phone: { colorScheme: 'light', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  'forced colours': { forcedColors: 'active', viewport: { width: 1280, height: 1000 } },
  'german phone': { locale: 'de-DE', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
  'small phone': { colorScheme: 'dark', viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true },
};

for (const [look, options] of Object.entries(LOOKS)) {
  test(`nothing sticks out and everything has a name (${look})`, async (t) => {
    const [page, other] = await openRoom(t, context, `look-${look.replace(' ', '-')}`, 2, options);
    await fill(page, other, options.viewport.width);

    await takePicture(page, `demo-${look.replace(' ', '-')}`);

    const { wide, view } = await page.evaluate(() => ({
      wide: document.documentElement.scrollWidth,
      view: document.documentElement.clientWidth,
    }));
    assert.ok(wide <= view, `the page is ${wide} px wide in a window of ${view} px`);
    assert.deepEqual(await page.evaluate(controlsWithoutName), []);
    assert.deepEqual(await page.evaluate(textOfLowContrast), []);
  });
}

const PHONES = { phone: [390, 844], 'short phone': [375, 667], 'small phone': [320, 640] };
for (const [name, [width, height]] of Object.entries(PHONES)) {
  test(`on a ${name} the first offer is above the fold, and without one the way to share is`, async (t) => {
    const viewport = { width, height };
    const [page, other] = await openRoom(t, context, `fold-${width}`, 2, { viewport, hasTouch: true, isMobile: true });
    await takePicture(page, `fold-${name.replace(' ', '-')}-empty`);
    await assertAboveFold(page, page.getByTestId('pick'), height);

    await share(other, [picture(1, 60_000, 'first.png'), picture(2, 60_000, 'second.png')]);
    await shown(page, 'offer', 2);

    await takePicture(page, `fold-${name.replace(' ', '-')}`);
    assert.equal(await page.evaluate(() => window.scrollY), 0);
    await assertAboveFold(page, page.getByTestId('offer').first(), height);
    await assertAboveFold(page, page.getByTestId('accept-all'), height);
  });
}

async function assertAboveFold(page, element, height) {
  const { y, height: own } = await element.boundingBox();
  assert.ok(y >= 0 && y + own <= height, `ends at ${Math.round(y + own)} of ${height} px`);
}

test('the buttons of the header stand in one line, inside the window, at every width', async (t) => {
  const page = await openPage(t, context.browser, `${context.server.url}#room=header`);
  await page.getByTestId('room-state').filter({ hasText: 'you are' }).waitFor();
  for (const width of [1600, 1280, 1024, 900, 768, 600, 390, 320]) {
    await page.setViewportSize({ width, height: 900 });
    await takePicture(page, `header-${width}`, { clip: { x: 0, y: 0, width, height: 420 } });

    const [copy, own, main] = await Promise.all([
      page.getByTestId('copy-invite').boundingBox(),
      page.getByRole('button', { name: 'New private room' }).boundingBox(),
      page.locator('main > section').last().boundingBox(),
    ]);
    assert.equal(copy.y, own.y, `${width} px: one line`);
    assert.equal(copy.height, own.height, `${width} px: neither is broken into two lines`);
    assert.ok(own.x >= copy.x + copy.width + 8, `${width} px: with some room between them`);
    assert.ok(own.x + own.width <= width, `${width} px: inside the window`);
    // At the edge of what is below them, whichever edge they are at.
    const edges = width > 760 ? [own.x + own.width, main.x + main.width] : [copy.x, main.x];
    assert.ok(Math.abs(edges[0] - edges[1]) < 1, `${width} px: at ${edges[0]}, not ${edges[1]}`);
  }
});

/** As a file that was moved away while it waited for its turn. */
function cannotReadPanoramas() {
  const read = Blob.prototype.arrayBuffer;
  Blob.prototype.arrayBuffer = function () {
    if (this instanceof File && this.name.startsWith('panorama')) {
      return Promise.reject(new DOMException('The file could not be found.', 'NotFoundError'));
    }
    return read.call(this);
  };
}

/** A little of everything: shared, offered, under way, received, said, and a problem with a name that is all but safe. */
async function fill(page, other, width) {
  await share(
    other,
    [1, 2, 3, 4, 5, 6].map((seed) => picture(seed, 60_000 * seed, `holiday-${seed}.png`)),
  );
  await shown(page, 'offer', 6);
  await page.getByTestId('accept-all').click();
  await shown(page, 'received', 6);
  await share(
    page,
    [7, 8, 9].map((seed) => picture(seed, 900_000, `garden-${seed}.png`)),
  );
  await page.evaluate(cannotReadPanoramas);
  await share(page, picture(10, 900_000, `panorama-${'very-'.repeat(20)}large.png`));
  for (const [from, to] of [
    [page, other],
    [other, page],
  ]) {
    await from
      .getByTestId('message-input')
      .fill(`Have you seen https://example.org/${'very-'.repeat(20)}long?\n<b>Look!</b>`);
    await from.getByTestId('message-send').click();
    await to.locator('[data-testid=message][data-direction=receive]').waitFor();
  }
  await share(other, [
    picture(11, 2_500_000, 'a-mountain-in-the-evening-light-with-a-name-that-does-not-end-soon.png'),
    picture(12, 500, '<img src=x onerror=alert(1)>.png'),
  ]);
  await shown(page, 'offer', 2);
  await shown(other, 'offer', 3);
  await other.getByTestId('accept-all').click();
  await shown(other, 'received', 3);
  await page.getByTestId('wire').locator('summary').click();
  await page.getByTestId('wire-log').locator('.line').first().waitFor();
  await page.getByTestId('finished-transfers').locator('li').nth(8).waitFor({ state: 'attached' });
  // As tall as its content: what is out of sight is not drawn, and would be missing from a picture of it all.
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height });
  await page.waitForFunction(() =>
    [
      .../** @type {NodeListOf<HTMLCanvasElement>} */ (document.querySelectorAll('[data-testid=received] canvas')),
    ].every((canvas) => {
      if (!('drawn' in canvas.dataset)) return false;
      const middle = canvas.getContext('2d').getImageData(canvas.width / 2, canvas.height / 2, 1, 1);
      return middle.data[3] > 0;
    }),
  );
}

function controlsWithoutName() {
  return [...document.querySelectorAll('button, input, textarea, a, select, progress, dialog, section, [role]')]
    .filter((element) => element.checkVisibility())
    .filter((element) => {
      const labelledBy = element.getAttribute('aria-labelledby');
      const name =
        element.getAttribute('aria-label') ??
        (labelledBy === null ? undefined : document.getElementById(labelledBy)?.textContent) ??
        (element.labels?.[0] ?? element.closest('label') ?? element).textContent;
      return !name?.trim() && !['status', 'alert'].includes(element.getAttribute('role'));
    })
    .map((element) => element.outerHTML.slice(0, 100));
}

/** WCAG AA asks for 4.5 : 1. Elements lie on the nearest background that is not transparent. */
function textOfLowContrast() {
  const channels = (colour) => colour.match(/[\d.]+/g).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour)
      .slice(0, 3)
      .map((value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backgroundOf = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { backgroundColor } = window.getComputedStyle(at);
      if (channels(backgroundColor)[3] !== 0) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const low = new Set();
  for (const element of document.querySelectorAll('body *')) {
    const ownText = [...element.childNodes].some(
      (node) => node.nodeType === window.Node.TEXT_NODE && node.textContent.trim(),
    );
    if (!ownText || element.closest(':disabled') || !element.checkVisibility()) continue;
    const [one, two] = [luminance(window.getComputedStyle(element).color), luminance(backgroundOf(element))];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    if (ratio < 4.5) low.add(`${element.tagName}.${element.className}: ${ratio.toFixed(2)}`);
  }
  return [...low];
}
