// Complete pairs over time, one stair for each run, as SVG. Readable on light and dark.
const width = 720;
const height = 300;
const margin = { left: 56, right: 24, top: 36, bottom: 44 };
const colors = { 'a group': '#2f81f7', 'no group': '#d29922', text: '#7d8590', grid: '#7d859040' };

/** @param {{runs: Record<string, {wanted: number, arrivals: number[]}[]>}} mesh What measureMesh returned. */
export function meshChart({ runs }) {
  const all = Object.values(runs).flat();
  const most = Math.max(...all.map(({ wanted }) => wanted));
  const latest = Math.max(1000, ...all.flatMap(({ arrivals }) => arrivals));
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const x = (at) => margin.left + (inner.width * at) / latest;
  const y = (pairs) => margin.top + inner.height * (1 - pairs / most);
  const text = (px, py, content, anchor, color = colors.text) =>
    `<text x="${px}" y="${py}" text-anchor="${anchor}" fill="${color}">${content}</text>`;

  const stairs = Object.entries(runs).flatMap(([kind, list]) =>
    list.map(({ arrivals }) => {
      const steps = arrivals.map((at, index) => `H${x(at).toFixed(1)} V${y(index + 1).toFixed(1)}`);
      const path = `M${x(0)} ${y(0)} ${steps.join(' ')} H${x(latest)}`;
      return `<path d="${path}" fill="none" stroke="${colors[kind]}" stroke-width="1.5"/>`;
    }),
  );
  const shares = [0, 0.25, 0.5, 0.75, 1];
  const grid = shares.map((share) => {
    const py = y(most * share);
    return (
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${py}" y2="${py}" stroke="${colors.grid}"/>` +
      text(margin.left - 8, py + 4, Math.round(most * share), 'end')
    );
  });
  const ticks = shares.map((share) =>
    text(x(latest * share), height - margin.bottom + 18, ((latest * share) / 1000).toFixed(0), 'middle'),
  );
  const names = Object.keys(runs).map((kind, index) =>
    text(margin.left + 190 + index * 110, 18, kind, 'start', colors[kind]),
  );
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" ` +
    `role="img" aria-label="Complete pairs over time">\n` +
    [
      text(margin.left, 18, 'pairs (image, page) complete', 'start'),
      ...names,
      ...grid,
      ...ticks,
      text(margin.left + inner.width / 2, height - 8, 'seconds after the images were shared', 'middle'),
      ...stairs,
    ].join('\n') +
    '\n</svg>\n'
  );
}
