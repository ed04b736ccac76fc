import type { Store } from '../session/store.js';
import { formatPercent } from '../util/format.js';

// Not by frames: a hidden page has none, and it is there that one looks at the title.
const REFRESH_MS = 250;

/** How far everything under way is, in the page's title, for who is in another tab. */
export function showProgressInTitle({ transfers }: Store): void {
  const name = document.title;
  /** All that began since nothing was under way. What has ended meanwhile counts on, or the figure would go back. */
  const batch = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;

  const draw = (): void => {
    timer = undefined;
    const known = [...batch].flatMap((key) => transfers.get(key) ?? []);
    if (known.some(isUnderWay)) {
      const sum = (of: 'bytes' | 'size'): number => known.reduce((total, transfer) => total + transfer[of], 0);
      document.title = `(${formatPercent(sum('bytes'), sum('size'))}) ${name}`;
    } else {
      batch.clear();
      document.title = name;
    }
  };
  transfers.subscribe((key) => {
    const transfer = transfers.get(key);
    if (transfer && isUnderWay(transfer)) batch.add(key);
    if (batch.size > 0) timer ??= setTimeout(draw, REFRESH_MS);
  });
}

function isUnderWay({ state }: { readonly state: string }): boolean {
  return state === 'waiting' || state === 'running';
}
