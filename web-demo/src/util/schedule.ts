const pending = new Set<() => void>();
let requested = false;

/**
 * Runs `update` once before the next frame, however often it is asked for until then: two hundred files change the
 * page as often as one does. A hidden page gets no frames and needs none, so it catches up when it is shown.
 */
export function onNextFrame(update: () => void): void {
  pending.add(update);
  if (requested) return;
  requested = true;
  requestAnimationFrame(() => {
    requested = false;
    const updates = [...pending];
    pending.clear();
    for (const run of updates) run();
  });
}
