// What someone hears of the page who looks at something else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectedPeers, demo, openPage, share, shown } from './browser.mjs';
import { holdVerification, isVerifying, verifyNow } from './in-page.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

/** Runs in the page before anything else does: a browser that answers as `answer`, and somebody who looks elsewhere on demand. */
function pretend(answer) {
  const seen = { asked: 0, told: [] };
  Object.assign(window, { seen, isHidden: false });
  Object.defineProperty(document, 'hidden', { get: () => Object(window).isHidden });
  let permission = 'default';
  const Pretended = class extends EventTarget {
    static get permission() {
      return permission;
    }
    static async requestPermission() {
      seen.asked += 1;
      permission = answer;
      return answer;
    }
    constructor(_title, { body }) {
      super();
      seen.told.push(body);
    }
  };
  Object.assign(window, { Notification: Pretended });
  ServiceWorkerRegistration.prototype.showNotification = async (_title, { body }) => void seen.told.push(body);
}

async function openPretending(t, room, answer) {
  const page = await openPage(t, context.browser, 'about:blank');
  await page.addInitScript(pretend, answer);
  await page.goto(`${context.server.url}#room=${room}`);
  const other = await openPage(t, context.browser, `${context.server.url}#room=${room}`);
  await connectedPeers(page, 1);
  return [page, other];
}

const seen = (page) => page.evaluate(() => Object(window).seen);

test('who asked for it is told of offers and arrivals while the page is hidden, and asked for permission only then', async (t) => {
  const [page, other] = await openPretending(t, 'told-elsewhere', 'granted');
  await share(other, picture(1, 4_000, 'before.png'));
  await shown(page, 'offer', 1);
  await page.getByTestId('announcements').filter({ hasText: 'offered to you' }).waitFor({ state: 'attached' });
  assert.deepEqual(await seen(page), { asked: 0, told: [] }, 'not at load, nor for an offer');

  await page.getByRole('switch', { name: 'Tell me when I look elsewhere' }).click();
  await page.getByTestId('accept').click();
  await page.getByTestId('announcements').filter({ hasText: 'received' }).waitFor({ state: 'attached' });
  assert.deepEqual(await seen(page), { asked: 1, told: [] }, 'who sees the page needs no more');

  await page.evaluate(() => Object.assign(window, { isHidden: true }));
  await page.getByTestId('auto-accept').check();
  await share(other, picture(2, 4_000, 'after.png'));
  await page.waitForFunction(() => /1 file received/.test(Object(window).seen.told.join(' ')));
  assert.match((await seen(page)).told.join(' '), /1 file offered to you\./);
});

test('a browser that says no is not asked again by itself, and the page says where that is changed', async (t) => {
  const [page] = await openPretending(t, 'not-told', 'denied');
  const wanted = page.getByTestId('tell-me');
  await wanted.click();
  await page.getByText('The browser does not allow it.').waitFor();
  assert.equal(await wanted.isChecked(), false);
  await page.reload();
  await connectedPeers(page, 1);
  assert.deepEqual(await seen(page), { asked: 0, told: [] });
});

test('how far it all is stands in the title until the end, though no frame is drawn', async (t) => {
  const byTime = { polling: 50 };
  const page = await openPage(t, context.browser, 'about:blank');
  await page.addInitScript(holdVerification);
  await page.addInitScript(() => {
    const titles = [];
    Object.assign(window, { titles, requestAnimationFrame: () => 0 });
    document.addEventListener('DOMContentLoaded', () =>
      new MutationObserver(() => titles.push(document.title)).observe(document.querySelector('title'), {
        childList: true,
      }),
    );
  });
  await page.goto(`${context.server.url}#room=title`);
  const other = await openPage(t, context.browser, `${context.server.url}#room=title`);
  await connectedPeers(other, 1);
  await page.evaluate(() => document.getElementById('auto-accept').click());
  await share(other, picture(1, 3_000_000, 'large.png'));
  await page.waitForFunction(isVerifying, undefined, byTime);
  await page.waitForFunction(() => document.title === '(100%) peer-session', undefined, byTime);
  await page.evaluate(verifyNow);
  await page.waitForFunction(() => document.title === 'peer-session', undefined, byTime);
  const titles = await page.evaluate(() => Object(window).titles);
  const figures = titles.slice(0, -1).map((title) => Number(/^\((\d+)%\) peer-session$/.exec(title)[1]));
  assert.deepEqual(
    figures,
    figures.toSorted((a, b) => a - b),
  );
});
