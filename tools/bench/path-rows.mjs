// @ts-check
// The paths that are measured, by name: megabits per second and milliseconds of the round trip.

const megabit = 1e6;

/** Both directions alike; the round trip is of both together. */
const symmetric = (megabits, roundTrip, more = {}) => {
  const link = { rate: megabits * megabit, delayMs: roundTrip / 2, queueMs: 100, ...more };
  return { links: { up: link, down: link } };
};

/** `sizes` where both directions are busy, for as long as each other. */
export const pathRows = {
  '20-10': symmetric(20, 10),
  '20-20': symmetric(20, 20),
  '20-50': symmetric(20, 50),
  '20-100': symmetric(20, 100),
  '20-200': symmetric(20, 200),
  '20-50-loss0.1': symmetric(20, 50, { loss: 0.001 }),
  '20-50-loss1': symmetric(20, 50, { loss: 0.01 }),
  '20-50-queue300': symmetric(20, 50, { queueMs: 300 }),
  '20-50-queue20': symmetric(20, 50, { queueMs: 20 }),
  '100-50': symmetric(100, 50),
  '5+50-50': {
    links: {
      up: { rate: 5 * megabit, delayMs: 25, queueMs: 100 },
      down: { rate: 50 * megabit, delayMs: 25, queueMs: 100 },
    },
    sizes: { up: 4e6, down: 40e6 },
  },
};

export const ordinarySizes = { up: 15e6 };

/** Those on which nothing is lost by chance, and whose queue is long enough. */
export const undisturbedRows = ['20-20', '20-50', '20-100', '20-200', '5+50-50', '100-50'];

/** Milliseconds. */
export const roundTripOf = ({ up, down }) => up.delayMs + down.delayMs;

/** The directions that differ, by the side that sends: see tests/bench/browser/connected-over-path.mjs. */
export const waysOf = ({ up, down }) => (up.rate === down.rate ? ['up'] : ['up', 'down']);
