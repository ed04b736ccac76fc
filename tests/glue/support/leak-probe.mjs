// @ts-check
// Runs in a process of its own with --expose-gc: `node --expose-gc leak-probe.mjs <case>`. Prints what is still reachable, as
// JSON, while the owner's side (channel, connection, clock) is still held.
import { gatedBlob, makeFile, unreadableBlob } from './files.mjs';
import { connectRaw } from './sessions.mjs';

const gc = /** @type {() => void} */ (globalThis.gc);
const reachable = new Map();
const registry = new FinalizationRegistry((name) => reachable.delete(name));

function watch(name, object) {
  reachable.set(name, true);
  registry.register(object, name);
  return object;
}

const file = makeFile(300_000);

/** Ends in each way, with something in every table and on every way: offered, being read, being sent, pulled, arriving. */
const endings = {
  close: (party) => party.session.close(),
  'peer closes': (party) => party.link.close(),
  'channel fails': (party) => party.link.fail(),
  'connection fails': (party) => party.pc.become('failed'),
  'send throws': (party) => {
    party.link.a.sendFault = new DOMException('full', 'OperationError');
    party.session.sendPing();
  },
  nothing: () => {},
};

async function live(ending) {
  const party = await connectRaw();
  const { session, peer, link } = party;
  watch('session', session);
  const blobOf = (name, blob) => watch(`blob ${name}`, blob);
  const sent = session.sendImage(blobOf('sent', new Blob([file.blob])), file.hash);
  peer.say({ type: 'pull-request', transferId: sent });
  const sending = party.untilEnd(sent, 'send');
  link.setAuto(true);
  await sending;
  link.setAuto(false);
  session.sendImage(blobOf('offered', new Blob(['x'])), file.hash);
  const running = session.sendImage(blobOf('running', makeFile(6 * 1024 * 1024).blob), file.hash);
  const reading = session.sendImage(blobOf('being read', gatedBlob(file.blob).blob), file.hash);
  const unreadable = session.sendImage(blobOf('unreadable', unreadableBlob(10)), file.hash);
  for (const transferId of [running, reading, unreadable]) peer.say({ type: 'pull-request', transferId });
  await link.log.until(({ message }) => message?.type === 'meta' && message.transferId === running);
  for (const id of ['arrived', 'arriving', 'waiting']) session.pullFile(id);
  peer.transfer(file, 'arrived');
  await party.untilSettled(1);
  watch('blob arrived', party.of('image')[0].blob);
  peer.meta(file, 'arriving');
  peer.say(file.bytes.subarray(0, 100_000));
  endings[ending](party);
  party.log.entries.length = 0;
  link.log.entries.length = 0;
  // What an application keeps: the connection, its channel and the clock. They must not lead back to the session.
  return { pc: party.pc, a: link.a, clock: party.clock, isOver: session.stats === undefined };
}

const kept = await live(process.argv[2]);
for (let round = 0; round < 50 && reachable.size > 0; round++) {
  await new Promise((resolve) => setImmediate(resolve));
  gc();
}
const { clock, a } = kept;
const timers = clock.pendingTimers;
clock.advance(600_000);
process.stdout.write(
  JSON.stringify({
    reachable: [...reachable.keys()],
    timers,
    timersAfterTenMinutes: clock.pendingTimers,
    listeners: a.listenerCount,
    isOver: kept.isOver,
    connection: kept.pc.connectionState,
  }),
);
