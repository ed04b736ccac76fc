// @ts-check
// `node --experimental-vm-modules jsdom-probe.mjs BLOCK_SIZE inside`: the package inside jsdom's own realm, as test runners load it
// there, and so the network, or else that of Node's. Two sessions exchange a file of jsdom's making; prints what arrived.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vm from 'node:vm';
import { JSDOM } from 'jsdom';
import { PeerSessionError } from 'peer-session';
import { makeFile } from './files.mjs';
import { MockNetwork } from 'peer-session/testing';

const dom = new JSDOM('', { runScripts: 'outside-only' });
const { window } = dom;
// What test runners add to it.
Object.assign(window, { TextDecoder, TextEncoder });

const context = dom.getInternalVMContext();
/** What the package loads when it is needed, from beside it. */
const importModuleDynamically = async (specifier) => {
  const path = fileURLToPath(new URL(specifier, import.meta.resolve('peer-session')));
  const chunk = new vm.SourceTextModule(readFileSync(path, 'utf8'), { context });
  await chunk.link(() => undefined);
  await chunk.evaluate();
  return chunk;
};
/** What an entry exports, of that realm. */
async function load(entry) {
  const source = readFileSync(fileURLToPath(import.meta.resolve(entry)), 'utf8');
  const module = new vm.SourceTextModule(source, { context, importModuleDynamically });
  await module.link(() => {
    throw new Error('The package imports something.');
  });
  await module.evaluate();
  return /** @type {any} */ (module.namespace);
}
const { PeerSession } = await load('peer-session');

const [, , blockSize, where] = process.argv;
const network = new (where === 'inside' ? (await load('peer-session/testing')).MockNetwork : MockNetwork)();
const file = makeFile(300_000);
const sessions = {};
const arrived = [];
let tell = () => {};
const make = (mine, other) => {
  const inside = window.eval('[]').constructor;
  if (inside === Array) throw new Error('It is the same realm.');
  return new PeerSession(
    mine,
    other,
    { createdAt: 1 },
    (signal) => void sessions[other].handleSignal(structuredClone(signal)),
    (blob, _from, _pinned, name) => {
      arrived.push({ blob, name });
      tell();
    },
    () => {},
    { canReceiveFrom: () => true },
    (type, session, data) => {
      if (type === 'offer-file') session.pullFile(data.transferId);
      if (type === 'connected' && mine === 'a') {
        session.sendImage(new window.File([file.bytes], 'cat.png', { type: 'image/png' }), file.hash);
      }
    },
    undefined,
    undefined,
    undefined,
    { RTCPeerConnection: network.RTCPeerConnection, blockSize: Number(blockSize) },
  );
};
for (const [mine, other] of /** @type {const} */ ([
  ['a', 'b'],
  ['b', 'a'],
])) {
  sessions[mine] = make(mine, other);
  sessions[mine].addEventListener('error', ({ error }) => process.stderr.write(`${error.code} ${error.cause}\n`));
}
const done = new Promise((resolve) => (tell = () => resolve(undefined)));
await Promise.all([sessions.a.start(), sessions.b.start()]);
await done;

const reader = new window.FileReader();
const [{ blob, name }] = arrived;
const content = await new Promise((resolve) => {
  reader.onload = () => resolve(Buffer.from(/** @type {any} */ (reader.result)));
  reader.readAsArrayBuffer(blob);
});
let foreign;
try {
  new PeerSession(
    'a',
    'b',
    { createdAt: 1 },
    () => {},
    () => {},
    () => {},
    { canReceiveFrom: () => true },
  );
} catch (error) {
  foreign = error;
}
process.stdout.write(
  JSON.stringify({
    name,
    realms: [network.link?.a, new network.RTCPeerConnection()].map((each) => each instanceof window.EventTarget),
    isOfJsdom: blob instanceof window.Blob,
    isWhole: Buffer.compare(content, file.bytes) === 0,
    hash: blob.fileHash === file.hash,
    error: [foreign.code, foreign instanceof Error, foreign instanceof PeerSessionError],
  }),
);
for (const session of Object.values(sessions)) session.close();
window.close();
