import type { IceServers, PeerSessionOptions } from '../api/options.js';
import type { Identity, IncomingSignal, Network, OnImage, SessionEventType, SignalMessage } from '../api/types.js';
import { requireBlob } from './arguments.js';
import { describeOffer } from './offered-file.js';
import { SessionCore } from './session-core.js';

/**
 * One remote peer: offers files to it, and pulls what it offers.
 *
 * Offers cost nothing until the peer pulls them; what was pulled is sent one file at a time. Every pulled id ends in
 * exactly one `onImage` or one `onTransferError`, whatever happens.
 *
 * @example
 * ```ts
 * const session = new PeerSession(
 *   myId,
 *   peerId,
 *   { createdAt: Date.now() },
 *   (signal) => server.send(JSON.stringify(signal)),
 *   (blob, _from, _isPinned, name) => console.log(`received ${name}: ${blob.size} bytes`),
 *   (transferId) => console.log(`${transferId} will not come`),
 *   { canReceiveFrom: (id) => sessions.has(id) },
 *   (type, self, offer: OfferMessage) => {
 *     if (type === 'connected') void share(self);
 *     if (type === 'offer-file') self.pullFile(offer.transferId);
 *   },
 * );
 * sessions.set(peerId, session);
 * session.addEventListener('close', () => sessions.delete(peerId));
 * void session.start();
 * ```
 */
export class PeerSession extends SessionCore {
  /**
   * @param myId - This tab's session id. The side whose id sorts first makes the connection.
   * @param peerId - The remote session id.
   * @param identity - `createdAt` is sent along with each file.
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
    identity: Identity,
    sendSignal: (message: SignalMessage) => void,
    onImage: OnImage,
    onTransferError: (transferId: string) => unknown,
    network: Network,
    // The data differs with the type, and the client declares its own; `any` is what the class has always had.
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
      deliver: (blob, file, from) =>
        onImage(blob, from, file.isPinned, file.name, file.ttl, file.originalSenderId ?? from),
    });
  }

  /** Makes the connection if this side is the one to begin. Failures are reported as `error` events, not thrown. */
  async start(): Promise<void> {
    await this.connect();
  }

  /** Takes a message of the remote peer's `sendSignal`. Failures are reported as `error` events, not thrown. */
  async handleSignal(message: IncomingSignal): Promise<void> {
    await this.applySignal(message);
  }

  /**
   * Offers a file and returns at once; nothing is read until the peer pulls it. Does nothing while the channel is not
   * open.
   *
   * @param hash - Lower-case hexadecimal SHA-256 of the content.
   * @param name - Default: the blob's `fileName`, else its `name`, else `image.png`.
   * @returns The id the peer pulls it by; undefined when it could not be offered.
   * @throws TypeError for a wrong argument.
   */
  sendImage(
    blob: Blob,
    hash: string,
    isPinned = false,
    name?: string,
    ttl?: number,
    originalSenderId?: string,
  ): string | undefined {
    requireBlob(blob, 'blob');
    const offered = this.offerFile(blob, describeOffer(blob, hash, { isPinned, name, ttl, originalSenderId }));
    return typeof offered === 'string' ? offered : undefined;
  }
}
