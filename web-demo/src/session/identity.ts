// Who this tab is, through reloads. The browser copies a tab's sessionStorage when the tab is duplicated; a lock, which only one
// page can have, says which of the two it was.

const ID = 'peer-session.tab';
const KEPT = 'peer-session.tab.';
const LOCK = 'peer-session tab ';

// A page that is being reloaded may give its lock back a moment after the new one asks for it. A duplicate waits as long.
const HANDOVER_MS = 3_000;

let current: string | undefined;
let release: (() => void) | undefined;

/** Comes first, once: makes this page the tab that it was before it was reloaded, or a new one. Returns its id. */
export async function claim(): Promise<string> {
  const before = sessionStorage.getItem(ID);
  if (before !== null && (await lock(before))) return (current = before);
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(KEPT)) sessionStorage.removeItem(key);
  const id = crypto.randomUUID();
  await lock(id);
  sessionStorage.setItem(ID, id);
  return (current = id);
}

/** What this tab has kept under that name. */
export function load(name: string): unknown {
  const text = current === undefined ? null : sessionStorage.getItem(KEPT + name);
  try {
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

/** Keeps it until the tab is closed; undefined forgets it. A page that has claimed nothing, as in loopback, keeps nothing. */
export function save(name: string, value: unknown): void {
  if (current === undefined) return;
  try {
    if (value === undefined) sessionStorage.removeItem(KEPT + name);
    else sessionStorage.setItem(KEPT + name, JSON.stringify(value));
  } catch {
    // No room, or none of it allowed: a reload then remembers less.
  }
}

/** The page goes: whatever comes in its place in this tab may have the lock. */
export function leave(): void {
  release?.();
}

/** The tabs that are open, by their ids. */
export async function openTabs(): Promise<ReadonlySet<string>> {
  const { held = [] } = await navigator.locks.query();
  return new Set(held.flatMap(({ name }) => (name?.startsWith(LOCK) === true ? [name.slice(LOCK.length)] : [])));
}

function lock(id: string): Promise<boolean> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(HANDOVER_MS);
    const hold = (): Promise<void> => {
      resolve(true);
      return new Promise<void>((done) => (release = done));
    };
    navigator.locks.request(LOCK + id, { signal }, hold).catch(() => resolve(false));
  });
}
