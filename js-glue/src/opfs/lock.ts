/** Gives back what was locked. */
export type Unlock = () => void;

/**
 * Locks that name against all pages and Workers of the origin; undefined when somebody has it. A page that is closed or killed
 * gives back what it had.
 */
export function tryLock(name: string): Promise<Unlock | undefined> {
  return new Promise((resolve, reject) => {
    const held = (lock: Lock | null): Promise<void> | undefined => {
      if (lock) return new Promise<void>((unlock) => resolve(unlock));
      resolve(undefined);
      return undefined;
    };
    navigator.locks.request(name, { ifAvailable: true }, held).catch(reject);
  });
}
