// @ts-check
// The order in which a receiver asks for files, and pulls that it sets aside: by the driver, here and over a line.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { connectClassic } from '../support/classic-peer.mjs';
import { drivenSessions } from '../support/driven-sessions.mjs';
import { KiB, makeFile, MiB, sha256 } from '../support/files.mjs';
import { connectPair } from '../support/sessions.mjs';

const turn = () => new Promise((resolve) => setImmediate(resolve));
const running = makeFile(3 * MiB, { seed: 1 });
const large = makeFile(2 * MiB, { seed: 2 });
const small = makeFile(30 * KiB, { seed: 3 });

/** @type {Awaited<ReturnType<typeof drivenSessions>>} */
let kit;
before(async () => {
  kit = await drivenSessions();
});

const offer = ({ session }, { blob, hash, name }) => /** @type {string} */ (session.sendImage(blob, hash, false, name));
const untilProgress = (party, id) =>
  party.log.until(({ kind, event }) => kind === 'progress' && event.transferId === id);
const bytesOf = async (party, hash) => {
  for (const { blob } of party.of('image')) {
    const bytes = new Uint8Array(await blob.arrayBuffer());
    if (sha256(bytes) === hash) return bytes.length;
  }
  return undefined;
};
const heard = (link, type) =>
  link.log.entries.filter(({ text }) => text?.includes(`"type":"${type}"`)).map(({ text }) => JSON.parse(text));

for (const isRemote of [false, true]) {
  describe(isRemote ? 'over a line' : 'here', () => {
    /** Two sessions on a path of some KiB a turn; `driver` and `news` are the receiver's. */
    async function connect(pullsAhead = 0) {
      kit.settings.isRemote = isRemote;
      const { PeerSession: Session } = kit;
      const pair = await connectPair({
        link: { bytesPerTurn: 50 * KiB, maxMessageSize: 16 * KiB },
        a: { Session },
        b: { Session, options: { pullsAhead } },
      });
      while (pair.link.a.hasQueued || pair.link.b.hasQueued) await turn();
      const { driver, news } = kit.driven[kit.driven.length - 1];
      return { ...pair, driver, news };
    }

    test('a small file is asked for before a large one that has not begun', async () => {
      const { a, b, driver, link } = await connect(MiB);
      const ids = [running, large, small].map((each) => offer(a, each));
      while (b.offers().length < 3) await turn();
      for (const id of ids) driver.pull(id, {});
      await b.untilSettled(3);
      assert.deepEqual(
        b.ends().map(([id]) => ids.indexOf(id)),
        [0, 2, 1],
      );
      assert.equal(heard(link, 'pull-request').length, 3);
      for (const { session } of [a, b]) session.close();
    });

    test('the higher priority goes before it, also when it is said later', async () => {
      const { a, b, driver } = await connect(MiB);
      const ids = [running, small, large, makeFile(40 * KiB, { seed: 4 })].map((each) => offer(a, each));
      while (b.offers().length < 4) await turn();
      driver.pull(ids[0], {});
      driver.pull(ids[1], {});
      driver.pull(ids[2], { priority: 2 });
      driver.pull(ids[3], { priority: -1 });
      driver.setPriority(ids[3], 3);
      await b.untilSettled(4);
      assert.deepEqual(
        b.ends().map(([id]) => ids.indexOf(id)),
        [0, 3, 2, 1],
      );
      for (const { session } of [a, b]) session.close();
    });

    test('a file is paused in the middle, others go on, and it is resumed at its byte', async () => {
      const { a, b, driver, news, link } = await connect();
      const [id, next] = [running, small].map((each) => offer(a, each));
      while (b.offers().length < 2) await turn();
      driver.pull(id, {});
      await untilProgress(b, id);
      driver.pausePull(id);
      driver.pull(next, {});
      await b.untilSettled(1);
      assert.deepEqual([b.ends(), news], [[[next, 'image']], [[id, true]]]);
      while (link.a.hasQueued || link.b.hasQueued) await turn();
      driver.resumePull(id);
      await b.untilSettled(2);
      assert.deepEqual(news, [
        [id, true],
        [id, false],
      ]);
      assert.equal(await bytesOf(b, running.hash), 3 * MiB);
      const [, , again] = heard(link, 'pull-request');
      assert.ok(again.offset > 0 && again.offset < 3 * MiB, `from ${again.offset}`);
      const fileBytes = link.log.entries.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
      assert.equal(fileBytes, 3 * MiB + 30 * KiB, 'no byte is sent twice');
      for (const { session } of [a, b]) session.close();
    });

    test('a pull that has not begun is set aside and taken up again', async () => {
      const { a, b, driver, news } = await connect(MiB);
      const ids = [running, large, small].map((each) => offer(a, each));
      while (b.offers().length < 3) await turn();
      for (const id of ids) driver.pull(id, {});
      driver.pausePull(ids[2]);
      await b.untilSettled(2);
      assert.deepEqual(news, [[ids[2], true]]);
      driver.resumePull(ids[2]);
      await b.untilSettled(3);
      assert.deepEqual(
        b.ends().map(([id, how]) => [ids.indexOf(id), how]),
        [
          [0, 'image'],
          [1, 'image'],
          [2, 'image'],
        ],
      );
      for (const { session } of [a, b]) session.close();
    });
  });
}

test('a classic peer is not told of a pause, and its file comes whole', async () => {
  kit.settings.isRemote = false;
  const party = await connectClassic({ Session: kit.PeerSession, link: { bytesPerTurn: 50 * KiB } });
  const { driver, news } = kit.driven[kit.driven.length - 1];
  const id = party.classic.offer(running);
  driver.pull(id, {});
  driver.pausePull(id);
  await party.untilSettled(1);
  assert.deepEqual([party.ends(), news], [[[id, 'image']], []]);
  party.session.close();
});
