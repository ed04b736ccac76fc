/** That of the classes here, whatever a test environment makes of the global later on. */
const Target = EventTarget;

/** Lets a target have `onopen` and the like, each the first listener of its event, and none that anybody counts. */
export function callHandlers(target: EventTarget, types: readonly string[]): void {
  const handlers = target as unknown as Record<string, ((event: Event) => unknown) | null | undefined>;
  for (const type of types) {
    Target.prototype.addEventListener.call(target, type, (event) => void handlers[`on${type}`]?.(event));
  }
}
