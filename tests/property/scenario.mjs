// @ts-check
import fc from 'fast-check';

export const chunkSize = 1000;
export const maxFileSize = 12 * chunkSize;

/** Small enough that a file takes several blocks, and a block several windows. */
const sessionOptions = {
  // What is lost is lost for good, and nothing waits for another transfer.
  recoveryTimeout: 0,
  partialStore: /** @type {const} */ (false),
  maxFileSize,
  maxMessageSize: chunkSize,
  blockSize: 3 * chunkSize + 1,
  readAhead: 5 * chunkSize,
  highWaterMark: 4 * chunkSize,
  lowWaterMark: 2 * chunkSize,
};

/** Whatever validation lets through, as long as it moves a file in a reasonable number of messages. */
const amountFrom = (min) =>
  fc.oneof(fc.integer({ min, max: 2 * maxFileSize }), fc.double({ min, max: 5000, noNaN: true }));
const anyOptions = (smallest) =>
  fc
    .record({
      maxMessageSize: amountFrom(smallest),
      blockSize: amountFrom(smallest),
      readAhead: amountFrom(1),
      marks: fc.tuple(
        fc.oneof(
          fc.integer({ min: 1, max: 2 ** 24 }),
          fc.double({ min: 1, max: 5000, noNaN: true }),
          fc.constantFrom(1, 1.2, 2 ** 25),
        ),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
      ),
      maxPendingPulls: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constantFrom(1.5, 2 ** 32, Infinity)),
      maxPendingOffers: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.constantFrom(1.5, 2 ** 32, Infinity)),
    })
    .map(({ marks: [low, gap], ...rest }) => ({
      ...sessionOptions,
      ...rest,
      lowWaterMark: low,
      // The engine counts whole bytes, so that 1.2 and 1.5 are the same to it.
      highWaterMark: Math.max(Math.floor(low) + 1, low / gap),
    }));
/** Sizes are given in thousandths of it: of tiny files, messages of a byte are no more than of others. */
const units = /** @type {const} */ ([chunkSize, 10]);
const sized = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ options: sessionOptions, unit: units[0] }) },
  { weight: 2, arbitrary: anyOptions(40).map((options) => ({ options, unit: units[0] })) },
  {
    weight: 1,
    arbitrary: anyOptions(1).map((options) => ({
      options: { ...options, maxFileSize: (maxFileSize / chunkSize) * units[1] },
      unit: units[1],
    })),
  },
);

const side = fc.constantFrom('a', 'b');
const size = fc.oneof(
  fc.constantFrom(0, 1, chunkSize - 1, chunkSize, chunkSize + 1, maxFileSize, maxFileSize + 1),
  fc.integer({ min: 0, max: maxFileSize }),
);
const flaw = fc.oneof(
  { weight: 6, arbitrary: fc.constant('none') },
  { weight: 2, arbitrary: fc.constantFrom('unreadable', 'unreadable later', 'shrunk', 'wrong hash') },
);
const streamFlaw = fc.constantFrom('none', 'none', 'none', 'fails', 'short', 'long');
const streamPiece = fc.oneof(fc.constantFrom(1, chunkSize, maxFileSize), fc.integer({ min: 100, max: 5000 }));
const hashAs = fc.oneof(
  { weight: 8, arbitrary: fc.constant('lower') },
  { weight: 2, arbitrary: fc.constantFrom('upper', 'mixed', 'none') },
);
const which = fc.nat({ max: 7 });
/** Up to some that no message, no budget and no burst holds. */
const howMany = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 5 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 3000 }) },
);

/** What an owner, a peer and the world between them may do, one step at a time. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('offer'), side, size, flaw, hashAs }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('stream'), side, size, piece: streamPiece, flaw: streamFlaw }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('pull'), side, which }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('drain'), side, bytes: fc.integer({ min: 0, max: 6000 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('turns'), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('ping', 'sync', 'pull unknown'), side }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('inventory', 'requests'), side, count: howMany, bad: fc.boolean() }),
  },
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
  mayReceive: fc.oneof({ weight: 4, arbitrary: manner }, { weight: 1, arbitrary: fc.constant('refuses') }),
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
    /** In answer to the first file that was sent. */
    closesOnComplete: fc.option(side, { freq: 8, nil: undefined }),
    manners,
    sized,
    /** The connection's largest message: texts must fit, too. */
    maxMessage: fc.constantFrom(64 * 1024, 64 * 1024, 5000, 500),
  })
  .map(({ steps, ending: end, endsAfter, ...rest }) => ({
    ...rest,
    steps: end ? [...steps.slice(0, endsAfter), end, ...steps.slice(endsAfter)] : steps,
  }));
