import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ConsumerProject } from './project.mjs';

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
       await session.handleSignal({ type: 'answer', senderId: 'theirs', targetId: 'mine', sdp: '' });
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
         await session.handleSignal({ type: 'answer', senderId: 'theirs', targetId: 'mine', sdp: '' }),
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

  // Of a CommonJS application, which has dynamic imports.
  'application.cts': `async function make(): Promise<string> {
       const { safeName } = await import('peer-session');
       const { load } = await import('peer-session/lazy');
       const { PeerSession } = await import('peer-session/signed');
       await load();
       return safeName(PeerSession.name);
     }
     void make();`,
};

for (const moduleResolution of /** @type {const} */ (['bundler', 'nodenext'])) {
  test(`clients of every entry compile under strict, module resolution ${moduleResolution}`, () => {
    project.typeCheck(clients, moduleResolution);
  });

  test(`a wrong argument does not compile, module resolution ${moduleResolution}`, () => {
    const wrong = ['peer-session', 'peer-session/lazy', 'peer-session/signed'].map((entry, index) => [
      `wrong-${index}.ts`,
      `import { PeerSession } from '${entry}'; new PeerSession(1, 2);`,
    ]);
    assert.throws(
      () => project.typeCheck(Object.fromEntries(wrong), moduleResolution),
      ({ message }) => wrong.every(([file]) => message.includes(`${file}(1,`)) && !/TS2307|TS7016/.test(message),
    );
  });
}
