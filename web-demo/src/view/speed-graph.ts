import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Store } from '../session/store.js';
import { texts } from '../texts/current.js';
import { byId, setText } from '../util/dom.js';
import { formatSpeed } from '../util/format.js';
import { onNextFrame } from '../util/schedule.js';

const SECONDS_SHOWN = 60;
const SECONDS_MARKED = 15;
const HEIGHT = 140;
// Below 64 KiB/s the axis would show noise as mountains.
const SMALLEST_RANGE = 64 * 1024;
// Whole KiB and MiB: the library's own steps are decimal and would read as 9.5 MiB/s.
const BINARY_STEPS = [1, 1024, 1024 ** 2, 1024 ** 3].flatMap((unit) =>
  [1, 2, 5, 10, 20, 50, 100, 200, 500].map((step) => step * unit),
);

export function showSpeed(store: Store): void {
  const host = byId('speed-graph', HTMLElement);
  const speedIn = byId('speed-in', HTMLElement);
  const speedOut = byId('speed-out', HTMLElement);
  const { samples } = store.throughput;
  const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  for (const figure of [speedIn, speedOut]) setText(figure, formatSpeed(0));

  const latest = (): number => samples.at(-1)?.time ?? 0;
  const axis = {
    stroke: () => colour('--muted'),
    grid: { stroke: () => colour('--line'), width: 1 },
    ticks: { show: false },
    font: '11px system-ui',
  };
  const line = (label: string, name: string): uPlot.Series => ({
    label,
    stroke: () => colour(name),
    width: 2,
    // The space below the line is filled with the same colour, thinned by the alpha at its end.
    fill: () => `${colour(name)}22`,
    points: { show: false },
  });
  const plot = new uPlot(
    {
      width: Math.max(host.clientWidth, 1),
      height: HEIGHT,
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: () => [latest() - SECONDS_SHOWN, latest()] },
        y: { range: (_plot, _min, max) => [0, Math.max(max || 0, SMALLEST_RANGE) * 1.1] },
      },
      axes: [
        {
          ...axis,
          size: 22,
          splits: () => marks(latest()),
          values: (_plot, splits) => splits.map((at) => secondsAgo(at, latest())),
        },
        {
          ...axis,
          size: 72,
          space: 30,
          incrs: BINARY_STEPS,
          values: (_plot, splits) => splits.map((speed) => formatSpeed(speed)),
        },
      ],
      series: [{}, line(texts.transfers.receiving, '--receiving'), line(texts.transfers.sending, '--sending')],
    },
    [[], [], []],
    host,
  );

  const draw = (): void => {
    const last = samples.at(-1);
    setText(speedIn, formatSpeed(last?.receive ?? 0));
    setText(speedOut, formatSpeed(last?.send ?? 0));
    host.setAttribute(
      'aria-label',
      texts.transfers.graphNow(formatSpeed(last?.receive ?? 0), formatSpeed(last?.send ?? 0)),
    );
    plot.setData([
      samples.map(({ time }) => time),
      samples.map(({ receive }) => receive),
      samples.map(({ send }) => send),
    ]);
  };
  store.throughput.subscribe(() => onNextFrame(draw));
  new ResizeObserver(() =>
    onNextFrame(() => plot.setSize({ width: Math.max(host.clientWidth, 1), height: HEIGHT })),
  ).observe(host);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => plot.redraw());
}

/** Whole steps back from now; the library's own would be whole seconds of the page's clock. */
function marks(now: number): number[] {
  const steps = SECONDS_SHOWN / SECONDS_MARKED;
  return Array.from({ length: steps + 1 }, (_, i) => now - (steps - i) * SECONDS_MARKED);
}

function secondsAgo(at: number, now: number): string {
  const seconds = Math.round(now - at);
  return seconds === 0 ? texts.transfers.now : texts.transfers.secondsAgo(seconds);
}
