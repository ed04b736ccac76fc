// A virtual clock that goes on while what is due has its turns.

export const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Lets time pass in steps, so that what is due has its turns in between. */
export async function pass({ clock }, milliseconds) {
  for (let left = milliseconds; left > 0; left -= 100) {
    clock.advance(Math.min(left, 100));
    await turn();
    await turn();
  }
}
