import { isOver, type Store } from '../session/store.js';

// Between two files of a peer's queue there is a moment in which nothing seems to be under way.
const QUIET_MS = 2_000;

/** Runs `action` when nothing is under way: at once, or when it has been so for a moment. Returns what prevents it. */
export function whenIdle({ transfers }: Store, action: () => void): () => void {
  const isBusy = (): boolean => transfers.values().some((each) => each.state !== 'asked' && !isOver(each));
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    unsubscribe();
  };
  const run = (): void => {
    stop();
    action();
  };
  const unsubscribe = transfers.subscribe(() => {
    clearTimeout(timer);
    if (!isBusy()) timer = setTimeout(run, QUIET_MS);
  });
  if (!isBusy()) run();
  return stop;
}
