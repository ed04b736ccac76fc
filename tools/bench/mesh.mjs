// A mesh of pages, each pulling from all others: how many pairs (image, page) are complete, and when.
import { launchBrowser } from '../../tests/support/chromium.mjs';
import { bytesOfImages, images, Mesh, mostMilliseconds } from '../../tests/support/mesh/mesh.mjs';
import { median, short } from './statistics.mjs';

const optionsOf = { 'a group': {}, 'no group': { group: false } };
const kinds = Object.keys(optionsOf);
const pages = 5;

/** The runs of each kind; they take turns, so that all of them see the same machine. */
export async function measureMesh({ quick, say }) {
  const rounds = quick ? 1 : 3;
  const runs = Object.fromEntries(kinds.map((kind) => [kind, []]));
  const browser = await launchBrowser();
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const kind of kinds) {
        say(`mesh of ${pages}, ${kind}: round ${round + 1} of ${rounds}`);
        runs[kind].push(await runOf(browser, kind));
      }
    }
  } finally {
    await browser.close();
  }
  return { pages, rounds, runs };
}

async function runOf(browser, kind) {
  const mesh = await Mesh.open(browser, { options: optionsOf[kind] });
  try {
    for (let number = 1; number <= pages; number += 1) await mesh.join(`page-${number}`);
    await mesh.untilConnected();
    await mesh.share('page-1');
    await mesh.until((each) => each.isAtRest());
    const arrivals = mesh.arrivals.map(({ at }) => at);
    return { ...(await mesh.report()), arrivals };
  } finally {
    await mesh.close();
  }
}

export const meshHeading = '## A mesh of N';

export function meshSection({ pages: count, rounds, runs }) {
  const all = (list, show) => list.map(show).join(', ');
  return `${meshHeading}

${count} pages of one browser, of a model of the mesh client (\`tests/support/mesh/client.mjs\`); ${images.length} images of
${short(bytesOfImages / 1e6)} MB in all are shared at once on the first one, and each page pulls from all others. A pair is an image
on a page that did not have it. Each run ends when nothing is left to pull, or after ${mostMilliseconds / 1000} s. The sessions of a page are
[a group](protocol.md#groups), or with \`group: false\` know nothing of each other. ${rounds} runs each, in turns.

![Complete pairs over time](images/mesh.svg)

| | pairs complete, of ${runs[kinds[0]][0].wanted} | s until the last one | transfer errors | bytes sent / bytes needed | median |
|---|---|---|---|---|---|
${Object.entries(runs)
  .map(
    ([kind, list]) =>
      `| ${kind} | ${all(list, ({ complete }) => complete)} | ${all(list, ({ lasted }) => short(lasted / 1000))} | ` +
      `${all(list, ({ errors }) => errors)} | ${all(list, ({ sentToNeeded }) => short(sentToNeeded))} | ` +
      `${short(median(list.map(({ sentToNeeded }) => sentToNeeded)))} |`,
  )
  .join('\n')}
`;
}
