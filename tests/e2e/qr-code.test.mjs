// What a camera would see of the invite link.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { encode } from 'uqr';
import { connectedPeers, demo, openPage, takePicture } from './browser.mjs';

const context = await demo({ before, after });
const QUIET_ZONE = 4;

const LOOKS = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'forced colours': { colorScheme: 'dark', forcedColors: 'active' },
  'small phone': { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, locale: 'de-DE' },
};

for (const [look, options] of Object.entries(LOOKS)) {
  test(`the code on the screen is that of the invite link, with its quiet zone (${look})`, async (t) => {
    const page = await openPage(t, context.browser, `${context.server.url}#room=Büro 7`, options);
    await page.getByTestId('show-code').click();
    await takePicture(page, `qr-code-${look.replace(' ', '-')}`);

    const link = await page.getByTestId('code-link').innerText();
    assert.equal(new URL(link).hash, '#room=b%C3%BCro+7');
    assert.deepEqual(await seen(page), encode(link, { ecc: 'M', border: QUIET_ZONE }).data);
  });
}

test('the code from the lobby leads to a private room, where the host waits', async (t) => {
  const host = await openPage(t, context.browser, context.server.url);
  await host.getByTestId('room-state').filter({ hasText: 'you are' }).waitFor();
  await host.getByRole('button', { name: 'Show invite link as QR code' }).click();
  const dialog = host.getByRole('dialog', { name: 'Scan to join' });
  await dialog.getByRole('img', { name: 'QR code of the invite link' }).waitFor();
  const link = await host.getByTestId('code-link').innerText();
  assert.match(new URL(link).hash, /^#room=[0-9a-f-]{36}$/);
  await host.getByTestId('room-state').filter({ hasText: 'Private room, you are' }).waitFor();
  assert.equal(host.url(), link);

  await host.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.equal(await host.evaluate(() => document.activeElement.id), 'show-code');
  await openPage(t, context.browser, link);
  await connectedPeers(host, 1);
});

/** The modules of the code, read from the middle of each in a picture of the page. */
async function seen(page) {
  const picture = page.getByTestId('code').getByRole('img');
  const modules = Number((await picture.getAttribute('viewBox')).split(' ')[2]);
  const png = (await picture.screenshot()).toString('base64');
  return page.evaluate(
    async ([data, count]) => {
      const bytes = Uint8Array.from(atob(String(data)), (char) => char.charCodeAt(0));
      const bitmap = await createImageBitmap(new Blob([bytes]));
      const canvas = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
      canvas.drawImage(bitmap, 0, 0);
      const { data: pixels } = canvas.getImageData(0, 0, bitmap.width, bitmap.height);
      const at = (x, y) => {
        const [column, row] = [x, y].map((module) => Math.floor(((module + 0.5) / Number(count)) * bitmap.width));
        const colour = [...pixels.slice(4 * (row * bitmap.width + column), 4 * (row * bitmap.width + column) + 3)];
        if (colour.every((value) => value < 60)) return true;
        if (colour.every((value) => value > 195)) return false;
        throw new Error(`neither dark nor light: ${colour}`);
      };
      const all = [...Array(Number(count)).keys()];
      return all.map((y) => all.map((x) => at(x, y)));
    },
    [png, modules],
  );
}
