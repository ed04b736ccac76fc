import { PeerSession } from 'peer-session/transfers';

/** Why this page can do nothing here, in a sentence; undefined if all is there. Its sessions would only fail later. */
export function whatIsMissing(): string | undefined {
  // Without it there is no crypto.subtle: nothing can be hashed, and nothing that arrives can be verified.
  if (!window.isSecureContext) {
    return 'Browsers allow this only on https or on localhost. Open the page at one of those addresses.';
  }
  const { RTCPeerConnection: Connection, WebAssembly: Assembly } = window as Partial<typeof globalThis>;
  if (!Connection) {
    return 'This browser has no WebRTC, or it is switched off; without it no page can reach another one. Allow it, or use another browser.';
  }
  if (!Assembly) {
    return 'This browser has no WebAssembly, or it is switched off (by a lockdown mode, for instance). Allow it for this page, or use another browser.';
  }
  try {
    tryOut();
    return undefined;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return `This browser does not let the page connect to others (${reason}). Allow WebRTC and WebAssembly for it, or use another browser.`;
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
