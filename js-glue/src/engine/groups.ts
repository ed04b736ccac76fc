/** Only their identity counts: whoever shares one belongs together. */
const numbers = new WeakMap<object, number>();
let last = 0;

/** What the engine calls the group of those that share this object. */
export function groupOf(shared: object): number {
  let number = numbers.get(shared);
  if (number === undefined) numbers.set(shared, (number = ++last));
  return number;
}
