import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, test } from 'node:test';
import { ConsumerProject } from './project.mjs';

const project = new ConsumerProject();
after(() => project.remove());

// Node has no WebRTC; a session needs only to be made here, not to connect.
const withoutWebRtc = `
globalThis.RTCPeerConnection = class extends EventTarget {
  connectionState = 'new';
  close() {}
};
const makeSession = (PeerSession) =>
  new PeerSession('a', 'b', { createdAt: 1 }, () => {}, () => {}, () => {}, { canReceiveFrom: () => true });
`;

test('the tarball holds what is published and nothing else', () => {
  const folders = new Set(project.packedFiles.map((path) => path.split('/')[0]));
  const entries = ['transfers', 'lazy', 'signed', 'opfs', 'testing', 'worker'];
  const meant = ['package.json', 'LICENSE', 'THIRD-PARTY-LICENSES.txt', 'dist', 'cli', ...entries];
  // What README.md links to.
  const read = ['README.md', 'CHANGELOG.md', 'SECURITY.md', 'docs', 'examples'];
  for (const file of [...meant, ...read]) assert.ok(folders.delete(file), `${file} is missing`);
  assert.deepEqual([...folders], []);
});

test('a session can be made right after the import', () => {
  const printed = project.run(
    'import.mjs',
    `${withoutWebRtc}
     import { PeerSession } from 'peer-session';
     const session = makeSession(PeerSession);
     console.log(session.peerId, session.isConnected);
     session.close();`,
  );
  assert.equal(printed, 'b false\n');
});

test('it runs where code may not be made from strings, as under a strict content security policy', () => {
  const source = `${withoutWebRtc}
     import { PeerSession } from 'peer-session';
     makeSession(PeerSession).close();
     console.log('ran');`;
  assert.equal(project.run('strict.mjs', source, ['--disallow-code-generation-from-strings']), 'ran\n');
});

test('a CommonJS application can import it', () => {
  const printed = project.run(
    'application.cjs',
    `import('peer-session').then((m) => console.log(typeof m.PeerSession));`,
  );
  assert.equal(printed, 'function\n');
});

test('importing it prints nothing, starts nothing and needs no browser', () => {
  assert.equal(
    project.run(
      'import-only.mjs',
      `import 'peer-session'; import 'peer-session/lazy'; import 'peer-session/signed';
        import 'peer-session/opfs'; import 'peer-session/testing'; import 'peer-session/worker';
        import 'peer-session/transfers';`,
    ),
    '',
  );
});

test('a session of the signed entry can be made right after the import', () => {
  const printed = project.run(
    'signed.mjs',
    `${withoutWebRtc}
     import { PeerSession, PeerSessionError } from 'peer-session/signed';
     const identity = {
       createdAt: 1, peerId: '0123456789abcdef', publicKeySpki: null,
       signMetadata: async () => '', importPublicKey: async () => {}, verifyMetadata: async () => true,
     };
     const session = new PeerSession('a', 'b', identity, () => {}, () => {}, () => {}, { canReceiveFrom: () => true });
     const { ok, error } = await session.sendImage(new Blob(['x']), 'hash');
     console.log(session.peerId, ok, error instanceof PeerSessionError, error.code);
     session.close();`,
  );
  assert.equal(printed, 'b false true not-open\n');
});

test('the lazy entry works once its engine is loaded, and says so before', () => {
  const printed = project.run(
    'lazy.mjs',
    `${withoutWebRtc}
     import { readFileSync } from 'node:fs';
     import { fileURLToPath } from 'node:url';
     import { PeerSession, load } from 'peer-session/lazy';
     try { makeSession(PeerSession); } catch (error) { console.log(error.code); }
     await load({ wasm: readFileSync(fileURLToPath(import.meta.resolve('peer-session/engine.wasm'))) });
     const session = makeSession(PeerSession);
     console.log(session.peerId);
     session.close();`,
  );
  assert.equal(printed, 'not-loaded\nb\n');
});

const npx = (...args) => {
  const given = { cwd: project.folder, encoding: /** @type {const} */ ('utf8') };
  const { status, stdout, stderr } = spawnSync('npx', ['--offline', 'peer-session', ...args], given);
  return { status, stdout, stderr };
};

test('its command says what it can do, without what it needs for that', () => {
  const { status, stdout, stderr } = npx('--help');
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /peer-session send .*\n.*peer-session receive/);
});

test('its command says in a sentence what has to be installed', () => {
  const { status, stdout, stderr } = npx('send', 'package.json');
  assert.deepEqual([status, stdout], [4, '']);
  assert.match(stderr, /^This Node has no WebRTC: install node-datachannel .*\.\n$/);
});
