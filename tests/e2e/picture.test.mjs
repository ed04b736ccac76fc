import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { demo, openRoom, share, shown, takePicture } from './browser.mjs';
import { picture } from './pictures.mjs';

const context = await demo({ before, after });

// The picture is the README's: `npm run picture` copies it there.
test('transfers under way show a bar, the speed and the time left, both ways; a picture of it is taken', async (t) => {
  const options = { colorScheme: 'light', viewport: { width: 1280, height: 1620 } };
  const [page, other] = await openRoom(t, context, 'holiday', 2, options);
  for (const each of [page, other]) await each.getByTestId('auto-accept').check();
  await share(
    other,
    Array.from({ length: 6 }, (_, i) => picture(i + 1, 400_000 * (i + 1), `holiday-${i + 1}.png`)),
  );
  await shown(page, 'received', 6);
  await page.getByTestId('wire').locator('summary').first().click();
  await page.waitForFunction(() => document.querySelectorAll('[data-testid=received] [data-drawn]').length === 6);

  const large = (seeds) => seeds.map((seed) => picture(seed, 15 * 1024 * 1024, `panorama-${seed}.png`));
  await Promise.all([share(page, large([11, 12, 13])), share(other, large([14, 15, 16]))]);
  await page.waitForFunction(() =>
    ['send', 'receive'].every((direction) =>
      [...document.querySelectorAll(`[data-direction=${direction}][data-state=running]`)].some(
        (row) => /of 15\.0 MiB · .*iB\/s · .* left/.test(row.textContent) && row.querySelector('progress').value > 0,
      ),
    ),
  );
  await takePicture(page, 'demo');

  await Promise.all([shown(page, 'received', 9, 60_000), shown(other, 'received', 3, 60_000)]);
  assert.match(await page.getByTestId('status').innerText(), /Connected to 1 peer/);
});
