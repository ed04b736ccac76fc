// @ts-check
import fc from 'fast-check';

export const chunkSize = 1000;
export const maxFileSize = 12 * chunkSize;

/** Small enough that a file takes several blocks, and a block several windows. */
export const sessionOptions = {
  maxFileSize,
  maxMessageSize: chunkSize,
  blockSize: 3 * chunkSize + 1,
  readAhead: 5 * chunkSize,
  highWaterMark: 4 * chunkSize,
  lowWaterMark: 2 * chunkSize,
};

const side = fc.constantFrom('a', 'b');
const size = fc.oneof(
  fc.constantFrom(0, 1, chunkSize - 1, chunkSize, chunkSize + 1, maxFileSize, maxFileSize + 1),
  fc.integer({ min: 0, max: maxFileSize }),
);
const flaw = fc.oneof(
  { weight: 6, arbitrary: fc.constant('none') },
  { weight: 2, arbitrary: fc.constantFrom('unreadable', 'unreadable later', 'shrunk', 'wrong hash') },
);
const which = fc.nat({ max: 7 });

/** What an owner, a peer and the world between them may do, one step at a time. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('offer'), side, size, flaw }) },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('pull'), side, which }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('drain'), side, bytes: fc.integer({ min: 0, max: 6000 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('turns'), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('ping', 'inventory', 'pull unknown'), side }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('advance'), seconds: fc.constantFrom(1, 14, 15, 29, 31, 301) }),
  },
);

const ending = fc.option(
  fc.oneof(
    fc.record({ kind: fc.constantFrom('close', 'send fault'), side }),
    fc.record({ kind: fc.constantFrom('channel closes', 'channel fails') }),
    fc.record({
      kind: fc.constantFrom('closes at', 'fails at'),
      side,
      bytes: fc.integer({ min: 1, max: 3 * maxFileSize }),
    }),
  ),
  { freq: 3, nil: undefined },
);

const manner = fc.oneof(
  { weight: 8, arbitrary: fc.constant('fine') },
  { weight: 2, arbitrary: fc.constantFrom('throws', 'rejects', 'calls back') },
);
const manners = fc.record({
  image: manner,
  transferError: manner,
  mayReceive: manner,
  event: manner,
  fileRequested: manner,
});

/** Steps, with at most one way for the session to end put in somewhere among them. */
export const scenario = fc
  .record({
    steps: fc.array(step, { minLength: 3, maxLength: 40 }),
    ending,
    endsAfter: fc.nat({ max: 40 }),
    closesInCallback: fc.option(fc.record({ side, callback: fc.constantFrom('image', 'event', 'transferError') }), {
      freq: 8,
      nil: undefined,
    }),
    manners,
  })
  .map(({ steps, ending: end, endsAfter, ...rest }) => ({
    ...rest,
    steps: end ? [...steps.slice(0, endsAfter), end, ...steps.slice(endsAfter)] : steps,
  }));
