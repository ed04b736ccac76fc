import { PeerSession } from 'peer-session/transfers';
import { texts } from '../texts/current.js';

/** Why this page can do nothing here, in a sentence; undefined if all is there. Its sessions would only fail later. */
export function whatIsMissing(): string | undefined {
  // Without it there is no crypto.subtle: nothing can be hashed, and nothing that arrives can be verified.
  if (!window.isSecureContext) {
    return texts.missing.secureContext;
  }
  const { RTCPeerConnection: Connection, WebAssembly: Assembly } = window as Partial<typeof globalThis>;
  if (!Connection) {
    return texts.missing.webRtc;
  }
  if (!Assembly) {
    return texts.missing.webAssembly;
  }
  try {
    tryOut();
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return texts.missing.both(reason);
  }
}

/** Compiles the engine, which the first session needs anyway, and makes a connection that goes nowhere. */
function tryOut(): void {
  const nothing = (): void => {};
  const network = { canReceiveFrom: () => false };
  new PeerSession(
    'a',
    'b',
    { createdAt: 0 },
    nothing,
    nothing,
    nothing,
    network,
    undefined,
    undefined,
    undefined,
    [],
  ).close();
}
