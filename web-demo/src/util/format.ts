import { texts } from '../texts/current.js';
import { locale } from '../texts/language.js';

const { units } = texts;
const UNITS = [units.byte, units.kibibyte, units.mebibyte, units.gibibyte, units.tebibyte] as const;

const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat(locale, { style: 'percent' });
const timeOfDay = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
const clock = new Intl.DateTimeFormat(locale, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
});
const durations = Object.fromEntries(
  ['second', 'minute', 'hour'].map((unit) => [
    unit,
    new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 0 }),
  ]),
);

export function formatNumber(number: number): string {
  return whole.format(number);
}

/** Binary units, which `Intl` does not have; the number is its work. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const isWhole = unit === 0 || value >= 100;
  return `${(isWhole ? whole : tenths).format(value)} ${UNITS[unit] ?? ''}`;
}

export function formatSpeed(bytesPerSecond: number): string {
  return texts.perSecond(formatBytes(Math.round(bytesPerSecond)));
}

/** How much of it is there, never 100 % before it all is. */
export function formatPercent(part: number, whole: number): string {
  return percents.format(whole === 0 ? 1 : Math.floor((100 * part) / whole) / 100);
}

export function formatRemaining(seconds: number): string {
  if (!Number.isFinite(seconds)) return texts.transfers.waitingForData;
  if (seconds < 1) return texts.transfers.almostDone;
  return texts.transfers.left(formatDuration(seconds));
}

/** In one unit, or in hours and minutes, rounded up. */
function formatDuration(seconds: number): string {
  if (seconds < 90) return inUnit('second', Math.ceil(seconds));
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 90) return inUnit('minute', minutes);
  const parts = [inUnit('hour', Math.floor(minutes / 60))];
  if (minutes % 60 > 0) parts.push(inUnit('minute', minutes % 60));
  return parts.join(' ');
}

function inUnit(unit: string, value: number): string {
  return durations[unit]?.format(value) ?? '';
}

/** To the minute, as people say it. */
export function formatTime(time: Date): string {
  return timeOfDay.format(time);
}

export function formatClock(time: Date): string {
  return clock.format(time);
}
