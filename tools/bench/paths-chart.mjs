// How much of the link each strategy made use of, by path: bars, as SVG. Readable on light and dark.
import { pathRows } from './path-rows.mjs';
import { median } from './statistics.mjs';

const width = 720;
const margin = { left: 200, right: 48, top: 56, bottom: 28 };
const bar = { height: 9, gap: 2 };
const groupGap = 12;
const colors = ['#2f81f7', '#d29922', '#a371f7', '#3fb950', '#f85149'];
const ink = { text: '#7d8590', grid: '#7d859040' };

/** @param {{results: {path: string, strategy: string, sizes: object, runs: any[]}[]}} measured What measurePaths returned. */
export function pathsChart({ results }) {
  const paths = [...new Set(results.map(({ path }) => path))];
  const strategies = [...new Set(results.map(({ strategy }) => strategy))];
  const group = strategies.length * (bar.height + bar.gap) + groupGap;
  const height = margin.top + paths.length * group + margin.bottom;
  const inner = width - margin.left - margin.right;
  const x = (share) => margin.left + inner * share;
  const text = (px, py, content, anchor, color = ink.text) =>
    `<text x="${px.toFixed(1)}" y="${py.toFixed(1)}" text-anchor="${anchor}" fill="${color}">${content}</text>`;

  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    `<line x1="${x(share)}" x2="${x(share)}" y1="${margin.top - 6}" y2="${height - margin.bottom}" stroke="${ink.grid}"/>`,
    text(x(share), height - margin.bottom + 16, `${100 * share} %`, 'middle'),
  ]);
  const names = strategies.map((strategy, index) =>
    text(margin.left + index * 100, 40, strategy, 'start', colors[index % colors.length]),
  );
  const bars = results.map(({ path, strategy, sizes, runs }) => {
    const index = strategies.indexOf(strategy);
    const top = margin.top + paths.indexOf(path) * group + index * (bar.height + bar.gap);
    const share = shareOf(runs, Object.keys(sizes)[0]);
    const label = share === undefined ? '–' : `${Math.round(100 * share)} %`;
    return (
      `<rect x="${margin.left}" y="${top}" width="${(inner * (share ?? 0)).toFixed(1)}" height="${bar.height}" ` +
      `fill="${colors[index % colors.length]}"/>${text(x(share ?? 0) + 6, top + bar.height, label, 'start')}`
    );
  });
  const labels = paths.map((path, index) =>
    text(margin.left - 12, margin.top + index * group + (group - groupGap) / 2 + 4, nameOf(path), 'end'),
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="11" ` +
    `role="img" aria-label="Share of the link by path and strategy">\n` +
    [text(margin.left, 18, 'share of the link, from the click', 'start'), ...names, ...grid, ...bars, ...labels].join(
      '\n',
    ) +
    '\n</svg>\n'
  );
}

/** Of one direction; undefined where no run had a connection. */
export function shareOf(runs, way) {
  const shares = runs.filter(({ failed }) => failed === undefined).map((run) => run[way].share);
  return shares.length > 0 ? median(shares) : undefined;
}

export function nameOf(path) {
  const { up, down } = pathRows[path].links;
  if (up.rate !== down.rate)
    return `${up.rate / 1e6} up, ${down.rate / 1e6} down Mbit/s, ${up.delayMs + down.delayMs} ms`;
  const loss = up.loss ? `, ${100 * up.loss} % lost` : '';
  return `${up.rate / 1e6} Mbit/s, ${up.delayMs + down.delayMs} ms${loss}`;
}
