// @ts-check
// How long both sides of a connection wait for each other while one sends a large file.

const pictureBytes = 60_000;
/** The large file is cancelled so long after its first bytes: in its start, and when its rate is found. */
export const stagesMilliseconds = [500, 2000, 4000];
/** What the last picture of a stage may take beyond it, while the file still comes. */
const spareMilliseconds = 2000;
const idleMilliseconds = 1000;
/** As many pictures as can be pulled one after the other in a stage, at the most. */
const picturesPerSecond = 6;

/**
 * Milliseconds of a wait, and which stage it was in, `at` so many milliseconds.
 *
 * @typedef {{stage: number, at: number, wait: number}} Wait
 *
 * @typedef {object} Answers "Receiver" is who receives the large file.
 * @property {Wait[]} idle Pongs of both sides without any file.
 * @property {Wait[]} receiverPong Pongs that came behind the file.
 * @property {Wait[]} senderPong Pongs to pings that went behind the file.
 * @property {Wait[]} opposite Pictures that the sender pulled from the receiver, beside the file.
 * @property {Wait[]} cancelled From `cancelPull` of the file until the sender was told.
 * @property {Wait[]} afterCancel From there until a picture was here which the receiver pulled in the same moment.
 * @property {Wait[]} behind A picture that was pulled right behind a large file which is not cancelled.
 */

/** The files of each side, by what they are for: their places among the sizes. */
function plan(rate, stages) {
  const bytesIn = (milliseconds) => Math.round((rate / 8000) * milliseconds);
  const last = stages.length;
  const pictures = stages.map((milliseconds) => Math.ceil((milliseconds / 1000) * picturesPerSecond) + 1);
  const before = (stage) => pictures.slice(0, stage).reduce((sum, count) => sum + count, 0);
  return {
    senderSizes: [
      ...stages.map((milliseconds) => bytesIn(milliseconds + spareMilliseconds)),
      bytesIn(spareMilliseconds),
      ...Array(last + 1).fill(pictureBytes),
    ],
    receiverSizes: Array(before(last)).fill(pictureBytes),
    large: (stage) => stage,
    picture: (stage) => last + 1 + stage,
    opposite: (stage) => Array.from({ length: pictures[stage] ?? 0 }, (_, index) => before(stage) + index),
  };
}

/** What both sides are to have prepared. @param {number} rate Bits per second in the large file's direction. */
export const sizesForAnswers = (rate, stages = stagesMilliseconds) => {
  const { senderSizes, receiverSizes } = plan(rate, stages);
  return { senderSizes, receiverSizes };
};

/**
 * @param {object} given
 * @param {(what: string, ...given: any[]) => Promise<any>} given.sender Calls a method of the AnswersLink there.
 * @param {(what: string, ...given: any[]) => Promise<any>} given.receiver
 * @param {number} given.rate
 * @param {number[]} [given.stages]
 * @param {number} [given.idle]
 * @param {() => Promise<unknown>} [given.afterStage]
 * @returns {Promise<Answers>}
 */
export async function measureAnswers({
  sender,
  receiver,
  rate,
  stages = stagesMilliseconds,
  idle = idleMilliseconds,
  afterStage = async () => {},
}) {
  const { senderSizes, receiverSizes, large, picture, opposite } = plan(rate, stages);
  /** @type {Answers} */
  const answers = {
    idle: [],
    receiverPong: [],
    senderPong: [],
    opposite: [],
    cancelled: [],
    afterCancel: [],
    behind: [],
  };
  const note = (of, stage, waits) => answers[of].push(...waits.map((wait) => ({ stage, ...wait })));

  await Promise.all([receiver('offered', senderSizes.length), sender('offered', receiverSizes.length)]);
  const pings = (milliseconds) => [receiver('pings', milliseconds), sender('pings', milliseconds)];
  note('idle', -1, (await Promise.all(pings(idle))).flat());
  await afterStage();

  for (const [stage, milliseconds] of stages.entries()) {
    await receiver('begin', large(stage));
    const [receiverPong, senderPong, pictures] = await Promise.all([
      ...pings(milliseconds),
      sender('pullEach', opposite(stage), milliseconds),
    ]);
    const [cancel, end] = await Promise.all([
      receiver('cancelAndPull', large(stage), picture(stage)),
      sender('ended', large(stage)),
    ]);
    // Else the file was not beside what was measured.
    if (end.code !== 'cancelled') throw new Error(`the large file ended by itself (${end.code})`);
    note('receiverPong', stage, receiverPong);
    note('senderPong', stage, senderPong);
    note('opposite', stage, pictures);
    note('cancelled', stage, [{ at: milliseconds, wait: end.time - cancel.time }]);
    note('afterCancel', stage, [{ at: milliseconds, wait: cancel.picture }]);
    await afterStage();
  }

  await receiver('begin', large(stages.length));
  note('behind', stages.length, [{ at: 0, wait: await receiver('pull', picture(stages.length)) }]);
  await afterStage();
  return answers;
}
