// @ts-check
import { bothWays, connectedOverPath, longestMilliseconds, within } from './connected-over-path.mjs';
import { browsersProcessorTime } from './processor-time.mjs';

/** 60 pictures of 20 to 300 KB, evenly, large and small ones in turns: 9.6 MB. */
export const gallerySizes = Array.from({ length: 60 }, (_, place) =>
  Math.round(20_000 + (280_000 * ((place * 37) % 60)) / 59),
);
export const galleryBytes = gallerySizes.reduce((sum, size) => sum + size, 0);

/**
 * One new connection, over which one side gets the other's gallery.
 *
 * @param {import('./pair.mjs').Pair} pair
 * @param {object} given
 * @param {Record<'up' | 'down', import('../../support/path-emulator.mjs').Link>} given.links
 * @param {string} given.way
 */
export async function runGallery(pair, { links, way }) {
  const { from, to, direction } = bothWays.find(({ name }) => name === way) ?? bothWays[0];
  await Promise.all([pair.prepare(from, gallerySizes), pair.prepare(to, [])]);
  return connectedOverPath(pair, { kind: 'gallery', links }, async (path) => {
    const processorBefore = browsersProcessorTime();
    const arriving = pair.ask(to, 'images', gallerySizes.length);
    // Once it is given up, nobody asks for what becomes of it.
    arriving.catch(() => {});
    const times = await within(longestMilliseconds, arriving, 'it took too long');
    const processorSeconds = browsersProcessorTime() - processorBefore;
    const connected = await Promise.all([pair.ask(from, 'connected'), pair.ask(to, 'connected')]);
    const begin = Math.min(...connected);
    return {
      /** From the moment at which the first side was connected. */
      imageSeconds: times.map((time) => (time - begin) / 1000),
      processorSecondsPerMegabyte: processorSeconds / (galleryBytes / 1e6),
      link: (await path.statistics())[direction],
    };
  });
}
