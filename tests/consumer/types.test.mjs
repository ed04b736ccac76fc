import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { ConsumerProject, repository } from './project.mjs';

const project = new ConsumerProject();
after(() => project.remove());

const clients = {
  // A client of the class that the package replaces, with its positional arguments, without an edit.
  'client.ts': `import { PeerSession } from 'peer-session';
     declare function sendSignal(message: { type: string; senderId: string; targetId: string }): void;
     const gallery: { blob: Blob; from: string; name?: string | undefined }[] = [];
     const session: PeerSession = new PeerSession(
       'mine', 'theirs', { createdAt: Date.now() }, sendSignal,
       (blob: Blob, peerId: string, isPinned?: boolean, name?: string, ttl?: number, originalSenderId?: string) => {
         gallery.push({ blob, from: originalSenderId ?? peerId, name });
         void [isPinned, ttl];
       },
       (transferId: string) => void transferId,
       { canReceiveFrom: (peerId: string) => peerId !== '' },
       (type, peer, data) => { if (type === 'offer-file') peer.pullFile(data.transferId); },
       (hash: string) => void hash,
       'lasting-id',
       [{ urls: 'stun:stun.example.org' }],
     );
     async function use(): Promise<void> {
       await session.start();
       await session.handleSignal({ type: 'answer', senderId: 'theirs', targetId: 'mine', sdp: { type: 'answer', sdp: '' } });
       const connected: boolean = session.isConnected || session.isConnectionFailed;
       const seen: number = session.lastSeen;
       const ids: string = session.peerId + session.sessionPeerId;
       session.sendImage(new Blob(['x']), 'hash', true, 'x.png', 60, 'origin');
       session.requestFile('hash');
       session.requestSync();
       session.sendInventory(['hash']);
       session.sendPing();
       session.close();
       void [connected, seen, ids];
     }
     void use();`,

  'lazy.ts': `import { PeerSession, load } from 'peer-session/lazy';
     const ready: Promise<void> = load({ wasm: new URL('https://example.org/engine.wasm') });
     void [ready, PeerSession];`,

  'signed.ts': `import { PeerSession, PeerSessionError, type ImageInfo, type Result, type SignedIdentity } from 'peer-session/signed';
     declare const identity: SignedIdentity;
     const gallery: [Blob, ImageInfo][] = [];
     const session: PeerSession = new PeerSession(
       'mine', 'theirs', identity, () => {},
       (blob, info) => { gallery.push([blob, info]); },
       (transferId: string) => void transferId,
       { canReceiveFrom: () => true },
       (type, peer, data) => { if (type === 'offer-file') peer.pullFile(data.transferId); },
     );
     async function use(): Promise<string | undefined> {
       const results: Result<void>[] = [
         await session.start(),
         await session.handleSignal({ type: 'answer', senderId: 'theirs', targetId: 'mine', sdp: { type: 'answer', sdp: '' } }),
         await session.sendImage(new Blob(['x']), 'hash'),
         await session.sendImage(new Blob(['x']), 'hash', {
           isPinned: true, name: 'x.png', ttl: 60,
           originalSenderId: gallery[0]?.[1].originalSenderId, signature: gallery[0]?.[1].signature,
           publicKeyBase64: gallery[0]?.[1].publicKeyBase64,
         }),
       ];
       for (const result of results) {
         if (!result.ok) return result.error instanceof PeerSessionError ? result.error.code : result.error.message;
       }
       session.addEventListener('transferend', ({ transferId }) => void transferId);
       session.close();
       return undefined;
     }
     void use();`,

  'transfers.ts': `import {
       fileChannelOf, PeerSession, PeerSessionError, storeOf, Transfers, withFileChannel,
       type Extra, type IncomingFile, type Offer, type Pull, type Sink, type TransferProgress, type TransfersSnapshot,
     } from 'peer-session/transfers';
     /** No more and no less than that type. */
     type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
     const same = <A, B>(is: Same<A, B>) => void is;
     declare const channel: RTCDataChannel;
     declare const session: PeerSession;
     declare const handle: FileSystemFileHandle;
     declare const stream: WritableStream<Uint8Array>;
     declare const sink: Sink;
     const transfers = new Transfers(channel, { maxMessageSize: 262_144, pullsAhead: 0, logLevel: 'silent' });
     const same2: Transfers = Transfers.of(session);
     async function use(file: IncomingFile): Promise<void> {
       const offer: Offer = transfers.offer(new Blob(['x']), { name: 'x', extra: { a: [1] }, signal: new AbortController().signal });
       const done: void = await offer.done;
       same<typeof offer.state, 'preparing' | 'offered' | 'pulled' | 'delivered' | 'failed'>(true);
       transfers.offer({ stream: new Blob().stream(), size: 0 });
       transfers.offer(handle, null);
       const pull = file.pull();
       same<typeof pull, Pull<File>>(true);
       same<Awaited<typeof pull>, File>(true);
       const intoFile = file.pull({ to: handle, priority: 1 });
       same<typeof intoFile, Pull<File>>(true);
       const intoStream = file.pull({ to: stream });
       same<Awaited<typeof intoStream>, undefined>(true);
       const intoSink = file.pull({ to: sink });
       same<Awaited<typeof intoSink>, unknown>(true);
       const typed = file.pull<number>({ to: sink });
       same<Awaited<typeof typed>, number>(true);
       for await (const progress of pull.progress()) same<typeof progress, TransferProgress>(true);
       for await (const next of transfers.incoming) same<typeof next, IncomingFile>(true);
       same<typeof file.extra, Extra | undefined>(true);
       const all: File[] = await Promise.all([pull]);
       pull.catch((error: unknown) => (error instanceof PeerSessionError ? error.peerMessage : undefined));
       transfers.addEventListener('incoming', (event) => same<typeof event.file, IncomingFile>(true));
       transfers.addEventListener('change', ({ item }) => item.state);
       transfers.addEventListener('error', ({ error }) => same<typeof error, PeerSessionError>(true));
       const snapshot: TransfersSnapshot = storeOf(transfers).getSnapshot();
       snapshot.pulls[0]?.item.pause();
       // @ts-expect-error A function is no JSON, and no object of it.
       transfers.offer(new Blob(), { extra: 'text' });
       // @ts-expect-error It is no file.
       transfers.offer('text');
       // @ts-expect-error There are no groups over a channel.
       new Transfers(channel, { group: {} });
       // @ts-expect-error Nobody sets it.
       offer.state = 'delivered';
       // @ts-expect-error It is a whole number.
       file.pull({ priority: 'high' });
       // @ts-expect-error What is pulled into a stream gives nothing.
       const wrong: File = await file.pull({ to: stream });
       const wrapped = new (withFileChannel(RTCPeerConnection))();
       transfers.reattach(fileChannelOf(wrapped), { maxMessageSize: 1 });
       transfers.close();
       void [done, all, wrong, same2];
     }
     void use;`,

  'servers.ts': `import { PeerSession, type IceServers } from 'peer-session';
     import { PeerSession as Signed, type SignedIdentity } from 'peer-session/signed';
     import { Transfers } from 'peer-session/transfers';
     declare const identity: SignedIdentity;
     declare const channel: RTCDataChannel;
     declare const known: RTCIceServer[];
     const nothing = () => {};
     const network = { canReceiveFrom: () => true };
     const rtcConfiguration = { iceTransportPolicy: 'relay', iceCandidatePoolSize: 2 } as const;
     const sources: IceServers[] = [known, () => known, () => Promise.resolve(known), async () => known];
     for (const servers of sources) {
       new PeerSession(
         'a', 'b', { createdAt: 1 }, nothing, nothing, nothing, network, nothing, nothing, undefined, servers, { rtcConfiguration },
       );
       new Signed('a', 'b', identity, nothing, nothing, nothing, network, nothing, nothing, undefined, servers, { rtcConfiguration });
     }
     // @ts-expect-error It returns an array of them.
     const one: IceServers = () => known[0];
     // @ts-expect-error The servers are an argument.
     new PeerSession('a', 'b', {}, nothing, nothing, nothing, network, nothing, nothing, undefined, known, { rtcConfiguration: { iceServers: known } });
     // @ts-expect-error It makes no connection.
     new Transfers(channel, { rtcConfiguration });
     void one;`,

  'testing.ts': `import { PeerSession } from 'peer-session';
     import {
       channelPair, EventLog, flow, MockNetwork, VirtualClock, type MockConnection, type WireEntry,
     } from 'peer-session/testing';
     const network = new MockNetwork({ drain: 'manual' });
     const clock = new VirtualClock();
     const { RTCPeerConnection } = network;
     const session = new PeerSession(
       'a', 'b', { createdAt: 1 }, () => {}, () => {}, () => {}, { canReceiveFrom: () => true },
       undefined, undefined, undefined, undefined, { RTCPeerConnection, clock },
     );
     const [near, far] = channelPair({ label: 'files', maxMessageSize: 1_000 });
     const channel: RTCDataChannel = near;
     session.attach(near, { maxMessageSize: near.link.maxMessageSize });
     far.addEventListener('message', ({ data }: MessageEvent<string>) => void data);
     far.onmessage = ({ data }) => void data;
     const log = new EventLog<string>();
     async function use(): Promise<WireEntry | undefined> {
       const pc: MockConnection = new network.RTCPeerConnection();
       pc.failing.add('createOffer');
       await clock.advanceAsync(100);
       if (network.link) await flow({ link: network.link, clock }, () => true, { bytesPerSecond: 1e6 });
       log.add(await log.until((entry) => entry !== ''));
       return network.link?.log.until(({ from, message }) => from === 'a' && message?.type === 'ping');
     }
     void [use, channel];`,

  // Of a CommonJS application, which has dynamic imports.
  'application.cts': `async function make(): Promise<string> {
       const { safeName } = await import('peer-session');
       const { load } = await import('peer-session/lazy');
       const { PeerSession } = await import('peer-session/signed');
       const { PeerSession: InWorker } = await import('peer-session/worker');
       await load();
       return InWorker.name + safeName(PeerSession.name);
     }
     void make();`,
};

/** Each has a `PeerSession`. */
const sessionEntries = ['', '/transfers', '/lazy', '/signed', '/worker'].map((entry) => `peer-session${entry}`);

/** How the client declares its signals; it drops whatever is none of these. */
const clientSignals = `
  export type Signal =
    | { type: 'join'; senderId: string; peerId: string; targetId?: string | undefined }
    | { type: 'offer'; senderId: string; targetId: string; sdp: RTCSessionDescriptionInit }
    | { type: 'answer'; senderId: string; targetId: string; sdp: RTCSessionDescriptionInit }
    | { type: 'candidate'; senderId: string; targetId: string; candidate: RTCIceCandidateInit }
    | { type: 'leave'; senderId: string; peerId: string };
  export declare function send(signal: Signal): void;
  export declare function receive(): Signal;`;

const signalClients = {
  'signals.ts': clientSignals,
  ...Object.fromEntries(
    sessionEntries.map((entry, index) => [
      `signals-${index}.ts`,
      `import { PeerSession, type SignalMessage } from '${entry}';
       import { receive, send, type Signal } from './signals.js';
       type Identity = ConstructorParameters<typeof PeerSession>[2];
       declare const identity: Identity;
       const session = new PeerSession('mine', 'theirs', identity, send, () => {}, () => {}, { canReceiveFrom: () => true });
       void session.handleSignal(receive());
       const other = new PeerSession('mine', 'theirs', identity, (msg) => { send(msg); }, () => {}, () => {}, {
         canReceiveFrom: () => true,
       });
       declare const ours: SignalMessage;
       const theirs: Signal = ours;
       const message = receive();
       if (message.type === 'offer' || message.type === 'answer' || message.type === 'candidate') {
         const signal: SignalMessage = message;
         void signal;
       }
       // Of version 0.1, and live objects as a browser hands them out.
       declare const description: RTCSessionDescription;
       declare const candidate: RTCIceCandidate;
       void session.handleSignal({ type: 'offer', senderId: 'theirs', targetId: 'mine', sdp: 'v=0' });
       void session.handleSignal({ type: 'offer', senderId: 'theirs', targetId: 'mine', sdp: description });
       void session.handleSignal({ type: 'candidate', senderId: 'theirs', targetId: 'mine', candidate });
       // @ts-expect-error A candidate is none of an offer's fields.
       void session.handleSignal({ type: 'offer', senderId: 'theirs', targetId: 'mine', candidate });
       void [other, theirs];`,
    ]),
  ),
};

/** Bytes as this version of TypeScript has them: generic from 5.7 on. */
const digestClient = `import type { Digest, PeerSessionOptions } from 'peer-session';
  const digest: Digest = (content) => crypto.subtle.digest('SHA-256', content);
  const other = (content: Uint8Array): Promise<ArrayBuffer> => Promise.resolve(new ArrayBuffer(content.length));
  const options: PeerSessionOptions = { digest, connectTimeout: 10_000 };
  const more: PeerSessionOptions = { digest: other };
  void [options, more];`;

const { devDependencies } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8'));
const compilers = Object.keys(devDependencies).filter((name) => /^typescript(-\d+-\d+)?$/.test(name));

test('the oldest version of TypeScript that is promised is among those that are tried, and so are the newest', () => {
  const versions = compilers.map((name) => devDependencies[name].replace('npm:typescript@', ''));
  for (const start of ['5.2.', '5.6.', '5.7.', '5.9.', '6.', '7.']) {
    assert.ok(
      versions.some((version) => version.startsWith(start)),
      `${start} among ${versions.join(', ')}`,
    );
  }
});

for (const compiler of compilers) {
  test(`the client's own signals fit every entry, both ways, under ${compiler}`, () => {
    project.typeCheck({ ...signalClients, 'digest.ts': digestClient }, 'bundler', compiler);
  });

  test(`clients of every entry compile under ${compiler}, declarations of the package included`, () => {
    for (const moduleResolution of /** @type {const} */ (['bundler', 'nodenext'])) {
      project.typeCheck(clients, moduleResolution, compiler);
    }
  });
}

for (const moduleResolution of /** @type {const} */ (['bundler', 'nodenext'])) {
  test(`a wrong argument does not compile, module resolution ${moduleResolution}`, () => {
    const wrong = sessionEntries.map((entry, index) => [
      `wrong-${index}.ts`,
      `import { PeerSession } from '${entry}'; new PeerSession(1, 2);`,
    ]);
    assert.throws(
      () => project.typeCheck(Object.fromEntries(wrong), moduleResolution),
      ({ message }) => wrong.every(([file]) => message.includes(`${file}(1,`)) && !/TS2307|TS7016/.test(message),
    );
  });
}
