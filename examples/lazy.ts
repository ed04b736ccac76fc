// The engine as a file of its own, fetched and compiled off the main thread when it is first needed.
import { load, PeerSession, PeerSessionError } from 'peer-session/lazy';

try {
  // Bundlers find engine.wasm by themselves. Elsewhere, say where it is: load({ wasm: '/assets/engine.wasm' }).
  await load();
} catch (error) {
  if (!(error instanceof PeerSessionError)) throw error;
  console.warn(error.message, error.cause);
}

const session = new PeerSession(
  'alice',
  'bob',
  { createdAt: Date.now() },
  () => {},
  () => {},
  () => {},
  { canReceiveFrom: () => true },
);
console.log(`a session for ${session.peerId}, connected: ${session.isConnected}`);
session.close();
