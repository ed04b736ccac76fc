import type { IceServers, PeerSessionOptions } from '../api/options.js';
import type { Identity, Network, ReceivedBlob, SessionEventType, SignalMessage } from '../api/types.js';
import type { FileDescription } from '../engine/file-description.js';
import type { Signer } from '../transfers/ports.js';
import { ifGiven, optionalNumber, requireArray, requireFunction, requireObject, requireText } from './arguments.js';
import { checkOptions } from './option-checks.js';

/** Signs under a name of its own. @internal */
export interface NamedSigner extends Signer {
  readonly signerId: string;
}

/**
 * The two kinds of session differ in what their callers see; this is what they are made of, in the order of their
 * arguments.
 *
 * @internal
 */
export interface SessionSetup {
  myId: string;
  peerId: string;
  identity: Identity;
  /** May return a promise, whose rejection is reported. */
  sendSignal: (message: SignalMessage) => unknown;
  /** Only looked at: `deliver` calls it. */
  onImage: unknown;
  onTransferError: (transferId: string) => unknown;
  network: Network;
  /** Is given the session itself, as the class that its owner knows. */
  onSessionEvent: ((type: SessionEventType, session: never, data?: unknown) => unknown) | null | undefined;
  onFileRequested: ((hash: string) => unknown) | null | undefined;
  realPeerId: string | null | undefined;
  iceServers: IceServers | null | undefined;
  options: PeerSessionOptions | null | undefined;
  /** `from` is the session's `peerId`. */
  deliver: (blob: ReceivedBlob, file: FileDescription, from: string) => unknown;
  /** Only of a session that signs; throws the TypeError of an identity that cannot. */
  makeSigning?: () => NamedSigner;
}

/** Checks every argument, in their order; returns what signs, if anything does. @throws TypeError that names it. */
export function checkSetup(setup: SessionSetup): NamedSigner | undefined {
  requireText(setup.myId, 'myId');
  requireText(setup.peerId, 'peerId');
  if (setup.peerId === setup.myId) throw new TypeError('peerId must not be equal to myId: a session has two sides');
  requireObject(setup.identity, 'identity');
  optionalNumber(setup.identity.createdAt, 'identity.createdAt');
  const signing = setup.makeSigning?.();
  requireFunction(setup.sendSignal, 'sendSignal');
  requireFunction(setup.onImage, 'onImage');
  requireFunction(setup.onTransferError, 'onTransferError');
  const network = setup.network as Record<keyof Network, unknown> | null | undefined;
  requireFunction(network?.canReceiveFrom, 'network.canReceiveFrom');
  ifGiven(setup.onSessionEvent, requireFunction, 'onSessionEvent');
  ifGiven(setup.onFileRequested, requireFunction, 'onFileRequested');
  ifGiven(setup.realPeerId, requireText, 'realPeerId');
  if (typeof setup.iceServers !== 'function') ifGiven(setup.iceServers, requireServers, 'iceServers');
  ifGiven(setup.options, requireObject, 'options');
  checkOptions(setup.options ?? {});
  return signing;
}

/** What stands in each, the connection itself checks. @throws TypeError that names it. @internal */
export function requireServers(value: unknown, name: string): RTCIceServer[] {
  for (const [index, server] of requireArray(value, name, 'an array of RTCIceServer').entries()) {
    requireObject(server, `${name}[${String(index)}]`);
  }
  return value as RTCIceServer[];
}
