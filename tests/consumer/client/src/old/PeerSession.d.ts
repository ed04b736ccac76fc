// The outside of the class that the client was written to; this is what the compiler saw.
type SignalMessage =
  | { type: 'offer'; senderId: string; targetId: string; sdp: RTCSessionDescriptionInit }
  | { type: 'answer'; senderId: string; targetId: string; sdp: RTCSessionDescriptionInit }
  | { type: 'candidate'; senderId: string; targetId: string; candidate: RTCIceCandidateInit }
  | { type: 'join'; senderId: string; peerId: string; targetId?: string | undefined }
  | { type: 'leave'; senderId: string; peerId: string };

export declare class PeerSession {
  constructor(
    myId: string,
    peerId: string,
    identity: { createdAt: number },
    sendSignal: (msg: SignalMessage) => void,
    onImage: (
      blob: Blob,
      peerId: string,
      isPinned?: boolean,
      name?: string,
      ttl?: number,
      originalSenderId?: string,
    ) => void,
    onTransferError: (transferId: string) => void,
    network: { canReceiveFrom(peerId: string): boolean },
    onSessionEvent?: (
      type: 'connected' | 'sync-request' | 'inventory' | 'offer-file' | 'verified-image' | 'burn',
      session: PeerSession,
      // eslint-disable-next-line @typescript-eslint/no-explicit-any
      data?: any,
    ) => void,
    onFileRequested?: (hash: string) => void,
    realPeerId?: string,
    iceServers?: RTCIceServer[],
  );
  lastSeen: number;
  readonly sessionPeerId: string;
  get peerId(): string;
  get isConnected(): boolean;
  get isConnectionFailed(): boolean;
  start(): Promise<void>;
  handleSignal(msg: SignalMessage): Promise<void>;
  sendImage(blob: Blob, hash: string, isPinned?: boolean, name?: string, ttl?: number, originalSenderId?: string): void;
  pullFile(transferId: string): void;
  requestFile(hash: string): void;
  requestSync(): void;
  sendInventory(hashes: string[]): void;
  sendPing(): void;
  close(): void;
}
