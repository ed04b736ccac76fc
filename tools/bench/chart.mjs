// Two curves over one axis, as SVG: throughput, and how far the sender's progress runs ahead. Readable on light and dark.
const width = 720;
const height = 300;
const margin = { left: 56, right: 64, top: 36, bottom: 44 };
const colors = { speed: '#2f81f7', lag: '#d29922', text: '#7d8590', grid: '#7d859040' };

/** @param {Record<string, any>} browser What the browsers measured; `window` holds the curve. */
export function curveChart({ window: points }) {
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const x = (index) => margin.left + (inner.width * index) / (points.length - 1);
  const scale = (key) => {
    const most = niceMost(Math.max(...points.map((point) => point[key])));
    return { most, y: (value) => margin.top + inner.height * (1 - value / most) };
  };
  const speed = scale('speed');
  const lag = scale('lag');
  const curve = (key, { y }) => {
    const path = points.map(
      (point, index) => `${index === 0 ? 'M' : 'L'}${x(index).toFixed(1)} ${y(point[key]).toFixed(1)}`,
    );
    const dots = points.map(
      (point, index) =>
        `<circle cx="${x(index).toFixed(1)}" cy="${y(point[key]).toFixed(1)}" r="3.5" fill="${colors[key]}"/>`,
    );
    return `<path d="${path.join(' ')}" fill="none" stroke="${colors[key]}" stroke-width="2"/>${dots.join('')}`;
  };
  const text = (px, py, content, anchor, color = colors.text) =>
    `<text x="${px}" y="${py}" text-anchor="${anchor}" fill="${color}">${content}</text>`;
  const steps = [0, 0.25, 0.5, 0.75, 1];
  const grid = steps.map((share) => {
    const py = margin.top + inner.height * (1 - share);
    return (
      `<line x1="${margin.left}" x2="${width - margin.right}" y1="${py}" y2="${py}" stroke="${colors.grid}"/>` +
      text(margin.left - 8, py + 4, label(speed.most * share), 'end', colors.speed) +
      text(width - margin.right + 8, py + 4, label(lag.most * share), 'start', colors.lag)
    );
  });
  const ticks = points.map(({ value }, index) => text(x(index), height - margin.bottom + 18, inBytes(value), 'middle'));
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12" ` +
    `role="img" aria-label="Throughput and progress lag by window size">\n` +
    [
      text(margin.left, 18, 'throughput, MB/s', 'start', colors.speed),
      text(width - margin.right, 18, 'progress runs ahead by, ms', 'end', colors.lag),
      ...grid,
      ...ticks,
      text(margin.left + inner.width / 2, height - 8, 'window (high-water mark); low-water mark: half of it', 'middle'),
      curve('speed', speed),
      curve('lag', lag),
    ].join('\n') +
    '\n</svg>\n'
  );
}

export const inBytes = (bytes) => (bytes >= 1048576 ? `${bytes / 1048576} MiB` : `${bytes / 1024} KiB`);

function label(value) {
  return String(Number(value.toPrecision(3)));
}

function niceMost(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 4, 5, 10].map((factor) => factor * power).find((most) => most >= value);
}
