// @ts-check
import fc from 'fast-check';

export const chunkSize = 1000;
export const maxFileSize = 12 * chunkSize;

/** Small enough that a file takes several blocks, and a block several windows. */
const sessionOptions = {
  maxFileSize,
  maxMessageSize: chunkSize,
  blockSize: 3 * chunkSize + 1,
  readAhead: 5 * chunkSize,
  highWaterMark: 4 * chunkSize,
  lowWaterMark: 2 * chunkSize,
};

/** Whatever validation lets through, as long as it moves a file in a reasonable number of messages. */
const amount = fc.oneof(fc.integer({ min: 40, max: 2 * maxFileSize }), fc.double({ min: 40, max: 5000, noNaN: true }));
const anyOptions = fc
  .record({
    maxMessageSize: amount,
    blockSize: amount,
    readAhead: amount,
    marks: fc.tuple(
      fc.oneof(fc.integer({ min: 1, max: 2 ** 24 }), fc.constant(2 ** 25)),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
    ),
    maxPendingPulls: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constantFrom(1.5, 2 ** 32, Infinity)),
    maxPendingOffers: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constantFrom(1.5, 2 ** 32, Infinity)),
  })
  .map(({ marks: [low, gap], ...rest }) => ({
    ...sessionOptions,
    ...rest,
    lowWaterMark: low,
    highWaterMark: Math.max(low + 1, low / gap),
  }));
const options = fc.oneof({ weight: 3, arbitrary: fc.constant(sessionOptions) }, { weight: 1, arbitrary: anyOptions });

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
  { weight: 2, arbitrary: fc.constantFrom('throws', 'rejects', 'calls back', 'always asks') },
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
    options,
  })
  .map(({ steps, ending: end, endsAfter, ...rest }) => ({
    ...rest,
    steps: end ? [...steps.slice(0, endsAfter), end, ...steps.slice(endsAfter)] : steps,
  }));
