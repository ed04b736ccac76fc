// @ts-check

/**
 * As in `12.3 MB`: three digits, decimal units.
 *
 * @param {number} bytes
 */
export function formatBytes(bytes) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  // 999.5 would be shown as 1000.
  for (; value >= 999.5 && unit < units.length - 1; unit += 1) value /= 1000;
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/**
 * As in `0:42` or `1:02:03`.
 *
 * @param {number} milliseconds
 */
export function formatTime(milliseconds) {
  if (!Number.isFinite(milliseconds) || milliseconds >= 360_000_000) return '-:--';
  const seconds = Math.ceil(milliseconds / 1000);
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

/**
 * Never 100 before all is there.
 *
 * @param {number} bytes
 * @param {number} size
 */
export const percentOf = (bytes, size) => (size === 0 ? 100 : Math.floor((100 * bytes) / size));
