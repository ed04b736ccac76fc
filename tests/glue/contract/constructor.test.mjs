// @ts-check
// Every argument and option of both classes: wrong values are named, in the order of the signature, and right ones do. What is
// not in these tables fails.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { MemoryPartialStore, PeerSession } from 'peer-session';
import { PeerSession as SignedSession } from 'peer-session/signed';
import { makeIdentity } from '../support/identity.mjs';
import { MockNetwork, VirtualClock } from 'peer-session/testing';

const dist = dirname(fileURLToPath(import.meta.resolve('peer-session')));
const declarations = (file) => readFileSync(join(dist, file), 'utf8');

const nothing = () => {};
const noText = [undefined, null, '', 5, {}];
const noFunction = [undefined, null, 'f', {}, 5];
const noObject = [undefined, null, 'x', 5];
/** What may be left out may be null, too. */
const notGiven = [undefined, null];

const identity = await makeIdentity();
const without = (object, method, value = undefined) => ({ ...object, [method]: value });
const signedIdentity = [
  ...noText.map((value) => ['identity.peerId', without(identity, 'peerId', value)]),
  ...['signMetadata', 'importPublicKey', 'verifyMetadata'].flatMap((method) =>
    noFunction.map((value) => [`identity.${method}`, without(identity, method, value)]),
  ),
];

/**
 * By argument: values that are right, and values that are wrong, where need be with the name that is told.
 *
 * @type {Record<string, {right: unknown[], wrong: unknown[], named?: [string, unknown][], signed?: any[]}>}
 */
const parameters = {
  myId: { right: ['alice'], wrong: noText },
  peerId: { right: ['bob', 'a name with spaces'], wrong: [...noText, 'alice'] },
  identity: {
    right: [identity, { ...identity, createdAt: undefined }],
    wrong: noObject,
    named: ['today', Number.NaN, Infinity, {}].map((createdAt) => ['identity.createdAt', { ...identity, createdAt }]),
    signed: signedIdentity,
  },
  sendSignal: { right: [nothing, async () => {}], wrong: noFunction },
  onImage: { right: [nothing], wrong: noFunction },
  onTransferError: { right: [nothing], wrong: noFunction },
  network: {
    right: [{ canReceiveFrom: nothing }, Object.assign(nothing, { canReceiveFrom: nothing })],
    wrong: [],
    named: [undefined, null, 5, {}, { canReceiveFrom: true }].map((value) => ['network.canReceiveFrom', value]),
  },
  onSessionEvent: { right: [nothing, ...notGiven], wrong: ['f', {}, 5] },
  onFileRequested: { right: [nothing, ...notGiven], wrong: ['f', {}, 5] },
  realPeerId: { right: ['bob for life', ...notGiven], wrong: ['', 5, {}] },
  iceServers: {
    right: [[], [{ urls: 'stun:stun.example.org' }], () => [], async () => [], nothing, ...notGiven],
    wrong: ['stun:stun.example.org', {}, 5, { urls: 'stun:stun.example.org' }],
    named: [
      ['iceServers[0]', ['stun:stun.example.org']],
      ['iceServers[1]', [{ urls: 'stun:stun.example.org' }, null]],
    ],
  },
  // The implementation of the connection is one of them, and Node has none.
  options: { right: [{}], wrong: ['x', 5, nothing] },
};

const amount = { right: [1, 1000, 1e6 + 0.5, 2 ** 53, Infinity], wrong: [0, -1, 0.5, Number.NaN, '5', {}, true, 5n] };
const clock = new VirtualClock();
const store = { take: nothing, keep: nothing };
const realClock = { now: () => 1, setTimeout: nothing, clearTimeout: nothing };

const amountOrNone = { right: [0, 0.5, ...amount.right], wrong: [-1, Number.NaN, '5', {}, true, 5n] };

/** @type {typeof parameters} */
const options = {
  maxFileSize: amount,
  maxPendingOffers: amount,
  maxPendingPulls: amount,
  connectTimeout: amount,
  offerTimeout: amount,
  pullTimeout: amount,
  stallTimeout: amount,
  readTimeout: amount,
  verifyTimeout: amount,
  transferTimeout: amount,
  recoveryTimeout: amountOrNone,
  partialStore: {
    right: [store, new MemoryPartialStore(), false, null],
    wrong: ['x', 5, true, nothing],
    named: Object.keys(store).flatMap((method) => [
      [`options.partialStore.${method}`, without(store, method)],
      [`options.partialStore.${method}`, without(store, method, 5)],
    ]),
  },
  maxMessageSize: amount,
  highWaterMark: { ...amount, right: amount.right.filter((value) => Number(value) > 2 ** 19) },
  lowWaterMark: {
    right: [1, 1.5, 2 ** 20 - 0.5],
    wrong: [...amount.wrong, 2 ** 20, 2 ** 20 + 0.5, Infinity],
  },
  blockSize: amount,
  readAhead: amount,
  maxLanes: amountOrNone,
  pullsAhead: amountOrNone,
  group: { right: [{}, false, null], wrong: ['x', 5, true, nothing] },
  channelLabel: { right: ['', 'images'], wrong: [5, {}, nothing] },
  onWireMessage: { right: [nothing], wrong: ['f', {}, 5] },
  RTCPeerConnection: { right: [], wrong: ['f', {}, 5] },
  rtcConfiguration: { right: [{}, { iceTransportPolicy: 'relay' }], wrong: ['x', 5, true, nothing] },
  clock: {
    right: [clock, realClock],
    wrong: ['x', 5, nothing],
    named: Object.keys(realClock).flatMap((method) => [
      [`options.clock.${method}`, without(realClock, method)],
      [`options.clock.${method}`, without(realClock, method, 5)],
    ]),
  },
  digest: { right: [nothing], wrong: ['sha256', {}, 5] },
  logger: {
    right: [console, {}, { warn: nothing, debug: undefined }, Object.assign(() => {}, { warn: nothing })],
    wrong: ['x', 5],
    named: ['debug', 'info', 'warn', 'error'].map((level) => [`options.logger.${level}`, { [level]: 'text' }]),
  },
  logLevel: { right: ['debug', 'silent'], wrong: ['loud', '', 5, {}] },
  debug: { right: ['', 'peer-session:*'], wrong: [5, {}, nothing] },
};

const classes = /** @type {const} */ ([
  ['peer-session', PeerSession],
  ['peer-session/signed', SignedSession],
]);

/** A session of all the first right values but for those given. */
function make(Session, given = {}, givenOptions = {}) {
  const network = new MockNetwork();
  const withImplementation = { RTCPeerConnection: network.RTCPeerConnection, ...givenOptions };
  const values = Object.entries(parameters).map(([name, { right }]) => {
    if (Object.hasOwn(given, name)) return given[name];
    return name === 'options' ? withImplementation : right[0];
  });
  return { session: new Session(...values), connection: network.connections[0] };
}

const describe = (value) => {
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  return typeof value === 'function'
    ? 'a function'
    : typeof value === 'bigint'
      ? `${value}n`
      : String(value || `"${value}"`);
};
const naming = (name) => ({
  name: 'TypeError',
  message: new RegExp(`^${name.replace(/[.[\]]/g, '\\$&')} must (?:not )?be `),
});

const namesIn = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name);

test('the tables have every argument of both constructors, in their order', () => {
  for (const file of ['session/peer-session.d.ts', 'signing/signed-peer-session.d.ts']) {
    const signature = /constructor\(([^;]*)\);/.exec(declarations(file))?.[1] ?? '';
    // Top-level names only: those in the types of callbacks stand after an opening parenthesis.
    const flat = signature.replace(/\([^()]*\)/g, '');
    assert.deepEqual(namesIn(flat, /(?:^|, )(\w+)\??:/g), Object.keys(parameters), file);
  }
});

test('the tables have every option, in the order in which they are documented', () => {
  const own = namesIn(
    declarations('api/options.d.ts').split('interface PeerSessionOptions')[1] ?? '',
    /^ {4}(\w+)\?:/gm,
  );
  const log = namesIn(declarations('api/logger.d.ts').split('interface LogOptions')[1] ?? '', /^ {4}(\w+)\?:/gm);
  assert.ok(own.length > 10 && log.length > 2);
  assert.deepEqual([...own, ...log], Object.keys(options));
});

for (const [entry, Session] of classes) {
  for (const [name, { right, wrong, named = [], signed = [] }] of Object.entries(parameters)) {
    for (const value of right.slice(1)) {
      test(`${entry}: ${name} may be ${describe(value)}`, () => make(Session, { [name]: value }).session.close());
    }
    const bad = [...wrong.map((value) => [name, value]), ...named, ...(Session === SignedSession ? signed : [])];
    for (const [told, value] of /** @type {[string, unknown][]} */ (bad)) {
      test(`${entry}: ${told} is named when ${name} is ${describe(value)}`, () => {
        assert.throws(() => make(Session, { [name]: value }), naming(told));
      });
    }
  }

  for (const [name, { right, wrong, named = [] }] of Object.entries(options)) {
    for (const value of [...right, ...(name === 'RTCPeerConnection' ? [] : notGiven)]) {
      test(`${entry}: the option ${name} may be ${describe(value)}`, () => {
        make(Session, {}, { [name]: value }).session.close();
      });
    }
    const bad = [...wrong.map((value) => [`options.${name}`, value]), ...named];
    for (const [told, value] of /** @type {[string, unknown][]} */ (bad)) {
      test(`${entry}: ${told} is named when the option ${name} is ${describe(value)}`, () => {
        assert.throws(() => make(Session, {}, { [name]: value }), naming(told));
      });
    }
  }

  test(`${entry}: of several wrong arguments the first is named`, () => {
    const wrongOnes = Object.entries(parameters).map(([name, { wrong, named }]) => [name, named?.[0]?.[1] ?? wrong[0]]);
    for (let first = 0; first < wrongOnes.length; first++) {
      const name = String(wrongOnes[first]?.[0]);
      const told = parameters[name]?.named?.[0]?.[0] ?? name;
      assert.throws(() => make(Session, Object.fromEntries(wrongOnes.slice(first))), naming(told));
    }
  });

  test(`${entry}: of several wrong options the first is named`, () => {
    const wrongOnes = Object.entries(options).map(([name, { wrong }]) => [name, wrong[0]]);
    for (let first = 0; first < wrongOnes.length; first++) {
      const name = `options.${wrongOnes[first]?.[0]}`;
      assert.throws(() => make(Session, {}, Object.fromEntries(wrongOnes.slice(first))), naming(name));
    }
  });

  test(`${entry}: a wrong argument leaves nothing behind`, () => {
    const network = new MockNetwork();
    const given = { options: { RTCPeerConnection: network.RTCPeerConnection, highWaterMark: 1 } };
    assert.throws(() => make(Session, given), naming('options.lowWaterMark'));
    assert.deepEqual(network.connections, []);
  });
}

// --- What else it throws --------------------------------------------------------------------------------------------

const cwd = fileURLToPath(new URL('../../..', import.meta.url));
const run = promisify(execFile);

/** What the constructor throws in a process of its own, in which the script has changed something. */
async function thrownAfter(script) {
  const source = `
    import { PeerSession, PeerSessionError } from 'peer-session';
    process.on('unhandledRejection', (cause) => console.log('unhandled', cause));
    const make = (options) => {
      try {
        const never = () => {};
        const session = new PeerSession('a', 'b', { createdAt: 1 }, never, never, never, { canReceiveFrom: never },
          undefined, undefined, undefined, undefined, options);
        session.close();
        return 'made';
      } catch (error) {
        return [error instanceof PeerSessionError, error.code, error.cause?.name, error.cause?.message];
      }
    };
    class RTCPeerConnection extends EventTarget { close() {} }
    const say = (value) => console.log(JSON.stringify(value));
    ${script}`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', source], { cwd });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('without WebAssembly it says that the engine cannot run, and why', async () => {
  assert.deepEqual(await thrownAfter('delete globalThis.WebAssembly; say(make({ RTCPeerConnection }));'), [
    [true, 'webassembly-unavailable', 'ReferenceError', 'WebAssembly is not defined'],
  ]);
});

for (const part of ['Module', 'Instance']) {
  test(`where WebAssembly.${part} throws it says so, leaves no rejection behind, and works once it does not`, async () => {
    const script = `
      const { ${part} } = WebAssembly;
      WebAssembly.${part} = class { constructor() { throw new WebAssembly.CompileError('forbidden'); } };
      say(make({ RTCPeerConnection }));
      await new Promise((resolve) => setTimeout(resolve));
      WebAssembly.${part} = ${part};
      say(make({ RTCPeerConnection }));`;
    const refused = [true, 'webassembly-unavailable', 'CompileError', 'forbidden'];
    assert.deepEqual(await thrownAfter(script), [refused, 'made']);
  });
}

test('without WebRTC it says so, and a wrong argument is still told first', async () => {
  assert.deepEqual(await thrownAfter("say(make({})); say(make({ clock: 'x' }));"), [
    [true, 'webrtc-unavailable', null, null],
    [false, null, null, null],
  ]);
});
