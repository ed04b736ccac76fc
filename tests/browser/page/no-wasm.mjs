// A page whose policy forbids the engine: what its first session throws.
import { PeerSession, PeerSessionError } from '/dist/index.js';

const never = () => {};
try {
  new PeerSession('a', 'b', { createdAt: 1 }, never, never, never, { canReceiveFrom: never });
} catch (error) {
  const seen = [error instanceof PeerSessionError, error.code, error.cause?.name];
  document.documentElement.dataset.outcome = JSON.stringify(seen);
}
