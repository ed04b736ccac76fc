/** Says once per interval what was refused in it, by its code; nothing if nothing was. Returns how to stop. */
export function reportRefusals(stats, log, intervalMs) {
  let before = stats().refusals;
  const report = () => {
    const now = stats().refusals;
    const since = Object.entries(now)
      .map(([code, count]) => ({ code, count: count - (before[code] ?? 0) }))
      .filter(({ count }) => count > 0);
    before = now;
    if (since.length > 0) log.info('refused', Object.fromEntries(since.map(({ code, count }) => [code, count])));
  };
  const timer = setInterval(report, intervalMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    report();
  };
}
