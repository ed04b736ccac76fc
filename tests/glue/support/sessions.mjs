// @ts-check
import { EventLog, MockNetwork, VirtualClock } from 'peer-session/testing';

/**
 * The entry whose sessions are tested: `PEER_SESSION_ENTRY=peer-session/worker` has them behind the line to a host, which is in this
 * thread here, for Node has no Worker of the Web's.
 */
const entry = process.env.PEER_SESSION_ENTRY ?? 'peer-session';
export const { PeerSession } = /** @type {typeof import('peer-session')} */ (await import(entry));

/**
 * A session that notes everything it says to its owner. `on` replaces what a callback does after it was noted; `options`
 * are the package's own. `Session` is the class of another entry, `owner` the object that sessions of one application share.
 *
 * @param {{
 *   Session?: any,
 *   network?: MockNetwork, owner?: any, myId?: string, peerId?: string, realPeerId?: string, identity?: any,
 *   iceServers?: import('peer-session').IceServers, clock?: VirtualClock, options?: import('peer-session').PeerSessionOptions,
 *   on?: Partial<Record<'signal' | 'image' | 'transferError' | 'mayReceive' | 'event' | 'fileRequested', Function>>,
 * }} [given]
 */
export function makeSession({
  Session = PeerSession,
  network = new MockNetwork(),
  owner = {},
  myId = 'alice',
  peerId = 'bob',
  realPeerId,
  identity = { createdAt: 1_700_000_000_000 },
  iceServers,
  clock = new VirtualClock(),
  options = {},
  on = {},
} = {}) {
  const log = new EventLog();
  const session = new Session(
    myId,
    peerId,
    identity,
    (message) => {
      log.add({ kind: 'signal', message });
      return on.signal?.(message);
    },
    (...args) => {
      log.add({ kind: 'image', ...imageOf(args) });
      return on.image?.(...args);
    },
    (transferId) => {
      log.add({ kind: 'transfer-error', transferId });
      return on.transferError?.(transferId);
    },
    Object.assign(owner, {
      canReceiveFrom: (id) => {
        log.add({ kind: 'may-receive', id });
        return on.mayReceive ? on.mayReceive(id) : true;
      },
    }),
    (type, about, data) => {
      log.add({ kind: 'event', type, session: about, data });
      return on.event?.(type, about, data);
    },
    (hash) => {
      log.add({ kind: 'file-requested', hash });
      return on.fileRequested?.(hash);
    },
    realPeerId,
    iceServers,
    { RTCPeerConnection: asImplementation(network), clock, ...options },
  );
  for (const type of ['open', 'close', 'statechange', 'offerwithdrawn', 'progress', 'transferend', 'error']) {
    session.addEventListener(type, (event) => log.add({ kind: type, event }));
  }
  const pc = /** @type {import('peer-session/testing').MockConnection} */ (network.connections.at(-1));
  return new Party(session, log, network, clock, pc);
}

/**
 * The signed entry says the same in one object.
 *
 * @param {any[]} args
 */
function imageOf([blob, from, isPinned, name, ttl, originalSenderId]) {
  return typeof from === 'object' ? { blob, info: from } : { blob, from, isPinned, name, ttl, originalSenderId };
}

export class Party {
  constructor(session, log, network, clock, pc) {
    this.session = /** @type {import('peer-session').PeerSession} */ (session);
    this.log = /** @type {EventLog<any>} */ (log);
    this.network = /** @type {MockNetwork} */ (network);
    this.clock = /** @type {VirtualClock} */ (clock);
    this.pc = /** @type {import('peer-session/testing').MockConnection} */ (pc);
  }

  of(kind) {
    return this.log.entries.filter((entry) => entry.kind === kind);
  }

  events(type) {
    return this.of('event').filter((entry) => entry.type === type);
  }

  offers() {
    return this.events('offer-file').map((entry) => entry.data);
  }

  /** The codes of the `error` events so far. */
  reports() {
    return this.of('error').map((entry) => entry.event.error.code);
  }

  /** How each pulled id ended so far: `image` or the code, in order. */
  ends() {
    return this.of('transferend')
      .map((entry) => entry.event)
      .filter((event) => event.direction === 'receive')
      .map((event) => [event.transferId, event.error?.code ?? 'image']);
  }

  /** What onImage and onTransferError were called for, by count. */
  settled() {
    return this.of('image').length + this.of('transfer-error').length;
  }

  untilSettled(count) {
    return this.log.untilAll(() => this.settled() >= count);
  }

  untilEvent(type) {
    return this.log.until((entry) => entry.kind === 'event' && entry.type === type);
  }

  /** Resolves with the `transferend` of that id. */
  async untilEnd(transferId, direction = 'receive') {
    const isIt = ({ kind, event }) =>
      kind === 'transferend' && event.transferId === transferId && event.direction === direction;
    return (await this.log.until(isIt)).event;
  }
}

/** Two sessions on one link, both open; what they signal is carried as long as `signals.areCarried`. */
export async function connectPair({ link = {}, a = {}, b = {} } = {}) {
  const network = new MockNetwork({ ...link, drain: 'auto' });
  const clock = new VirtualClock();
  /** @type {Record<string, Party>} */
  const parties = {};
  const signals = { areCarried: true };
  const carryTo = (name) => (message) => {
    if (signals.areCarried) void parties[name].session.handleSignal(structuredClone(message));
  };
  const make = (given, myId, peerId, other) =>
    makeSession({ network, clock, myId, peerId, ...given, on: { signal: carryTo(other), ...given.on } });
  parties.a = make(/** @type {any} */ (a), 'alice', 'bob', 'b');
  parties.b = make(/** @type {any} */ (b), 'bob', 'alice', 'a');
  await Promise.all([parties.a.session.start(), parties.b.session.start()]);
  await Promise.all([parties.a.untilEvent('connected'), parties.b.untilEvent('connected')]);
  const { link: joined } = /** @type {{link: import('peer-session/testing').MockLink}} */ (network);
  if (/** @type {any} */ (link).drain === 'manual') joined.setAuto(false);
  return { a: parties.a, b: parties.b, link: joined, network, clock, signals };
}

/**
 * One session that is connected to a bare channel, for a test double to speak through.
 *
 * @param {any} given
 */
export async function connectFarEnd({ link = {}, ...given }) {
  const network = new MockNetwork(link);
  const far = new network.RTCPeerConnection({});
  const answer = async (message) => {
    if (message.type !== 'offer') return;
    await far.setRemoteDescription(message.sdp);
    await far.setLocalDescription(await far.createAnswer());
    const sdp = /** @type {RTCSessionDescriptionInit} */ (/** @type {unknown} */ (far.localDescription));
    await party.session.handleSignal({ type: 'answer', senderId: 'bob', targetId: 'alice', sdp });
  };
  const party = makeSession({ network, ...given, on: { signal: answer, ...given.on } });
  await party.session.start();
  await party.untilEvent('connected');
  const joined = /** @type {import('peer-session/testing').MockLink} */ (network.link);
  return Object.assign(party, { link: joined, far });
}

/**
 * One session and a peer that says what the test tells it to. Nothing moves by itself unless `link.drain` is 'auto': what
 * the peer says arrives within `say`.
 *
 * @param {any} [given]
 */
export async function connectRaw({ link = {}, ...given } = {}) {
  const party = await connectFarEnd({ link: { drain: 'manual', ...link }, ...given });
  // Its hello is heard.
  party.link.drain('a');
  return Object.assign(party, { peer: new ScriptedPeer(party.link, party.far) });
}

/**
 * Until that side's channel holds so much: the window grows with a channel that empties it at once, so that some of a file has
 * to go out before.
 */
export async function untilHeld(link, side, bytes, afterEach = () => {}) {
  const channel = link.channel(side);
  while (channel.bufferedAmount < bytes) {
    link.drain(side, channel.bufferedAmount - channel.bufferedAmountLowThreshold);
    afterEach();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The far end of `connectRaw`: says anything, and remembers nothing but the wire. */
export class ScriptedPeer {
  constructor(link, pc) {
    this.link = /** @type {import('peer-session/testing').MockLink} */ (link);
    this.pc = pc;
  }

  /** Text as it is, bytes as they are, anything else as JSON; all of it has arrived on return. */
  say(...messages) {
    for (const message of messages) {
      const isRaw = typeof message === 'string' || message instanceof Uint8Array;
      this.link.b.send(isRaw ? message : JSON.stringify(message));
      this.link.drain('b');
    }
  }

  /** The text messages that the session has handed to its channel. */
  heard(type) {
    return this.link.log.entries
      .filter((entry) => entry.from === 'a' && entry.message && (!type || entry.message.type === type))
      .map((entry) => entry.message);
  }

  /** From here on it is a peer of the session's own kind: what it says before must be no offer, no pull and no file. */
  greet({ features = ['cancel', 'receipt', 'resume', 'credit'], ...more } = /** @type {any} */ ({})) {
    this.say({ type: 'hello', version: 1, epoch: 'fedcba9876543210'.repeat(2), features, ...more });
  }

  offer(file, transferId, more = {}) {
    this.say({ type: 'offer-file', ...describe(file, transferId), ...more });
  }

  meta(file, transferId, more = {}) {
    this.say({ type: 'meta', ...describe(file, transferId), ...more });
  }

  /** A whole transfer, as an honest peer sends it. */
  transfer(file, transferId, options = {}) {
    const { chunk = 16 * 1024, ...more } = /** @type {any} */ (options);
    this.meta(file, transferId, more);
    for (let start = 0; start < file.bytes.length; start += chunk) this.say(file.bytes.subarray(start, start + chunk));
  }
}

export function describe(file, transferId) {
  return {
    transferId,
    name: file.name,
    size: file.bytes.length,
    mime: file.blob.type,
    hash: file.hash,
    isPinned: false,
  };
}

function asImplementation(network) {
  return /** @type {any} */ (network.RTCPeerConnection);
}

if (entry === 'peer-session/worker') {
  // Its host is loaded with the first session. Once it is there, each call reaches it at once.
  const { session } = makeSession();
  while (!session.stats) await new Promise((resolve) => setImmediate(resolve));
  session.close();
}
