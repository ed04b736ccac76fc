/**
 * The same class for every copy of this version of the package in a realm, so that `instanceof` and `===` hold between the
 * entries, each of which carries its own copy. Another version's may differ, and so is another class.
 */
export function sharedClass<T>(name: string, own: T): T {
  const key = Symbol.for(`peer-session@${packageVersion} ${name}`);
  const home = globalThis as Record<symbol, unknown>;
  try {
    return (home[key] ??= own) as T;
  } catch {
    // A global object that takes nothing new.
    return own;
  }
}
