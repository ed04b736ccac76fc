// Transfers that are under way for as long as a test needs it, and came to their end undisturbed.
import assert from 'node:assert/strict';
import { connectedPeers, openPage, savedAll, shown } from './browser.mjs';
import { connectionsMade, holdVerification, rememberConnections } from './in-page.mjs';

export const expectedErrors = /WebSocket/;

/**
 * Two pages in a room: the first shares, the second accepts automatically and verifies nothing until it is told to, and may have a
 * clock that the test sets.
 */
export async function openHeld(t, browser, server, room, { setsClock = false } = {}) {
  const pages = [];
  for (let i = 0; i < 2; i += 1) {
    const page = await openPage(t, browser, 'about:blank', { expectedErrors });
    await page.addInitScript(rememberConnections);
    if (pages.length === 1) {
      await page.addInitScript(holdVerification);
      if (setsClock) await page.clock.install();
    }
    await page.goto(`${server.url}#room=${room}`);
    await isHere(page);
    pages.push(page);
  }
  await Promise.all(pages.map((page) => connectedPeers(page, 1)));
  await pages[1].getByTestId('auto-accept').check();
  await pages[1].getByTestId('wire').locator('summary').first().click();
  return pages;
}

export const isHere = (page) => page.getByTestId('room-state').filter({ hasText: 'you are' }).waitFor();
export const isAway = (page) => page.getByTestId('room-state').filter({ hasText: 'cannot be reached' }).waitFor();

export const isUnderWay = (page, count) =>
  page.waitForFunction(
    (n) => document.querySelectorAll('[data-testid=transfer][data-state=running]').length >= n,
    count,
  );

export const told = (page, kind, count) =>
  page
    .getByTestId(`kind-${kind}`)
    .filter({ hasText: `${kind} ${count}` })
    .waitFor();

/** Every file once: in the gallery, among the transfers, and on one and the same connection. */
export async function assertUndisturbed([sender, receiver], count) {
  await shown(receiver, 'received', count);
  await told(receiver, 'pull-request', count);
  for (const page of [sender, receiver]) {
    await page.waitForFunction(
      (n) => document.querySelectorAll('[data-testid=finished-transfers] [data-state=complete]').length === n,
      count,
    );
    assert.equal(await page.getByTestId('active-transfers').locator('li').count(), 0, 'nothing has failed');
    assert.equal(await page.evaluate(connectionsMade), 1, 'nothing was connected anew');
    await connectedPeers(page, 1);
  }
  assert.equal((await savedAll(receiver)).size, count);
}
