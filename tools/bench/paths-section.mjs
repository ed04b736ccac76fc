// The first section of docs/performance.md: how much of a link each strategy makes use of.
import { ordinarySizes } from './path-rows.mjs';
import { nameOf, shareOf } from './paths-chart.mjs';

export const pathsHeading = '## Over the links that people have';

const described = {
  package: 'this package',
  raw: 'raw loop',
  trystero: "Trystero's way",
  'simple-peer': 'simple-peer',
  peerjs: 'PeerJS',
  'to-classic': 'to the class it replaces',
  'to-silent': 'the same, without pongs',
};

/** @param {{results: {path: string, strategy: string, sizes: object, runs: any[]}[]}} measured What measurePaths returned. */
export function pathsSection({ results }) {
  const paths = [...new Set(results.map(({ path }) => path))];
  const strategies = [...new Set(results.map(({ strategy }) => strategy))];
  const cell = (path, strategy) => {
    const found = results.find((result) => result.path === path && result.strategy === strategy);
    if (!found) return '';
    const shares = Object.keys(found.sizes).map((way) => shareOf(found.runs, way));
    return shares.map((share) => (share === undefined ? '–' : `${Math.round(100 * share)} %`)).join(' / ');
  };
  const runs = Math.min(...results.map((result) => result.runs.length));
  const most = Math.max(...results.map((result) => result.runs.length));
  return `${pathsHeading}

One ${ordinarySizes.up / 1e6} MB file between two Chromium processes, over an emulated path with 100 ms of queue; "5 up, 50 down" has one in each direction. Share of
the link from the click to the last byte checked, ${runs === most ? `medians of ${runs} run${runs === 1 ? '' : 's'}` : `${runs} to ${most} runs each, medians`}; what had not arrived after 60 s was given up and counts with what had. Headers take
7 % of a link. [docs/paths.md](paths.md) has more paths, the queues, and what a call beside it feels.

| path | ${strategies.map((strategy) => described[strategy] ?? strategy).join(' | ')} |
|---${'|---'.repeat(strategies.length)}|
${paths.map((path) => `| ${nameOf(path)} | ${strategies.map((strategy) => cell(path, strategy)).join(' | ')} |`).join('\n')}

![Share of the link by path and strategy](images/paths.svg)

The others begin when they are told to send, and not with a pull. "Trystero's way" is its loop: messages of 16 KiB, no more than 64 KiB in
the channel. \`npm run bench -- --only paths --strategies package,raw,trystero,simple-peer,peerjs --chart\` measures it anew and writes this section.
`;
}
