import type { IceServers, PeerSessionOptions } from '../api/options.js';
import type { IncomingSignal, Network, SessionEventType, SignalMessage } from '../api/types.js';
import { optionalText, requireBlob } from '../session/arguments.js';
import { describeOffer } from '../session/offered-file.js';
import { SessionCore } from '../session/session-core.js';
import { Signing } from './signing.js';
import type { OnSignedImage, Result, SendImageOptions, SignedIdentity } from './types.js';

/**
 * One remote peer, for applications that sign what they share: like the session of the main entry, and its own files go out
 * with a signature, while the sender's name of a signed file that arrives is dropped unless the signature is right.
 *
 * Peers of either kind exchange files both ways.
 *
 * @example
 * ```ts
 * const bob: PeerSession = new PeerSession(
 *   'bob',
 *   'alice',
 *   await makeIdentity(),
 *   (signal) => void alice.handleSignal(signal),
 *   (_blob, { name, originalSenderId }) => {
 *     console.log(`${name} is from ${originalSenderId === aliceIdentity.peerId ? 'alice' : String(originalSenderId)}`);
 *   },
 *   (transferId) => console.log(`${transferId} will not come`),
 *   { canReceiveFrom: () => true },
 *   (type, session, offer: OfferMessage) => {
 *     if (type === 'offer-file') session.pullFile(offer.transferId);
 *   },
 * );
 * ```
 */
export class PeerSession extends SessionCore {
  /**
   * @param myId - This tab's session id. The side whose id sorts first makes the connection.
   * @param peerId - The remote session id.
   * @param identity - Signs and verifies.
   * @param sendSignal - Carries a message to the remote peer's `handleSignal`.
   * @param onImage - A pulled file has arrived, whole and verified.
   * @param onTransferError - A pulled file will not arrive. The reason is in the `transferend` event.
   * @param network - Is asked for each arriving file whether to take it.
   * @param onSessionEvent - The channel opened, or the peer offers or asks something.
   * @param onFileRequested - The peer wants the file of that hash.
   * @param realPeerId - The remote peer's lasting id.
   * @param iceServers - Default: three public STUN servers. A function is asked anew for each connection and restart of ICE.
   * @param options - Limits, timeouts, logger.
   * @throws TypeError for a wrong argument.
   * @throws {@link PeerSessionError} for all else: `webrtc-unavailable` where there is no RTCPeerConnection,
   * `connection-failed` where it cannot be made, as with a bad ICE server, `webassembly-unavailable` where the engine cannot
   * run, for one by a content security policy.
   */
  constructor(
    myId: string,
    peerId: string,
    identity: SignedIdentity,
    sendSignal: (message: SignalMessage) => void,
    onImage: OnSignedImage,
    onTransferError: (transferId: string) => unknown,
    network: Network,
    // The data differs with the type, and the client declares its own.
    // eslint-disable-next-line @typescript-eslint/no-explicit-any
    onSessionEvent?: (type: SessionEventType, session: PeerSession, data?: any) => unknown,
    onFileRequested?: (hash: string) => unknown,
    realPeerId?: string,
    iceServers?: IceServers,
    options?: PeerSessionOptions,
  ) {
    super({
      myId,
      peerId,
      identity,
      sendSignal,
      onImage,
      onTransferError,
      network,
      onSessionEvent,
      onFileRequested,
      realPeerId,
      iceServers,
      options,
      makeSigning: () => new Signing(identity),
      deliver: (blob, file, from) =>
        onImage(blob, {
          peerId: from,
          isPinned: file.isPinned,
          name: file.name,
          ttl: file.ttl,
          originalSenderId: file.originalSenderId,
          signature: file.signature,
          publicKeyBase64: file.publicKeyBase64,
          hash: file.hash,
        }),
    });
  }

  /** Makes the connection if this side is the one to begin. A failure is also reported as an `error` event. */
  async start(): Promise<Result<void>> {
    return toResult(await this.connect());
  }

  /** Takes a message of the remote peer's `sendSignal`. A failure is also reported as an `error` event. */
  async handleSignal(message: IncomingSignal): Promise<Result<void>> {
    return toResult(await this.applySignal(message));
  }

  /**
   * Offers a file; nothing is read until the peer pulls it, and nothing is signed. The offer is handed to the channel
   * within the call.
   *
   * This side's own file, which names no other sender and carries no signature, is signed when it is sent. If that fails,
   * or takes longer than `readTimeout`, it goes out unsigned, and an `error` event says `sign-failed`.
   *
   * @param hash - Lower-case hexadecimal SHA-256 of the content.
   * @returns Never rejects. Not ok: the `PeerSessionError` that tells why it was not offered, `not-open` while the channel
   * is not open; or the `TypeError` of a wrong argument.
   */
  sendImage(blob: Blob, hash: string, options: SendImageOptions = {}): Promise<Result<void>> {
    return Promise.resolve(toResult(this.#offer(blob, hash, options)));
  }

  /** Why it could not be offered; undefined when it was. */
  #offer(blob: Blob, hash: string, options: SendImageOptions): Error | undefined {
    try {
      const { isPinned = false, name, ttl, originalSenderId, signature, publicKeyBase64 } = options;
      requireBlob(blob, 'blob');
      const offered = this.offerFile(blob, {
        ...describeOffer(blob, hash, { isPinned, name, ttl, originalSenderId }),
        signature: optionalText(signature, 'signature'),
        publicKeyBase64: optionalText(publicKeyBase64, 'publicKeyBase64'),
      });
      return typeof offered === 'string' ? undefined : offered;
    } catch (cause) {
      return cause instanceof Error ? cause : new Error('The file could not be offered. See `cause`.', { cause });
    }
  }
}

function toResult(error: Error | undefined): Result<void> {
  return error ? { ok: false, error } : { ok: true, value: undefined };
}
