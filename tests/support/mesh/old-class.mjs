// The class that the package replaces, as far as a mesh uses it: its wire, its timers and its faults, re-implemented from
// docs/protocol.md. A pull that waits behind other files times out, a new `meta` forgets the file before it, each 16 KiB is
// one read, one wait and one line in the log, and whatever waits when the channel ends is never settled.
const chunkSize = 16 * 1024;
const lowThreshold = 64 * 1024;
const offerAge = 5 * 60_000;
const pullTimeout = 15_000;
const stallTimeout = 30_000;
const largest = 15 * 1024 * 1024;

export class OldClass {
  lastSeen = Date.now();
  #myId;
  #peerId;
  #identity;
  #sendSignal;
  #onImage;
  #onTransferError;
  #network;
  #onSessionEvent;
  #onFileRequested;
  #connection;
  #channel;
  #isDescribed = false;
  #candidates = [];
  #offers = new Map();
  #queue = [];
  #isSending = false;
  /** Timers of pulls that have no `meta` yet. */
  #pulls = new Map();
  #download;

  constructor(myId, peerId, identity, sendSignal, onImage, onTransferError, network, onSessionEvent, onFileRequested) {
    this.#myId = myId;
    this.#peerId = peerId;
    this.#identity = identity;
    this.#sendSignal = sendSignal;
    this.#onImage = onImage;
    this.#onTransferError = onTransferError;
    this.#network = network;
    this.#onSessionEvent = onSessionEvent;
    this.#onFileRequested = onFileRequested;
    this.#connection = new RTCPeerConnection({ iceServers: [] });
    this.#connection.onicecandidate = ({ candidate }) => {
      if (candidate) this.#signal('candidate', { candidate: candidate.toJSON() });
    };
    this.#connection.ondatachannel = ({ channel }) => this.#use(channel);
  }

  get isConnected() {
    return this.#channel?.readyState === 'open';
  }

  get isConnectionFailed() {
    return ['failed', 'disconnected', 'closed'].includes(this.#connection.connectionState);
  }

  async start() {
    if (!(this.#myId < this.#peerId)) return;
    this.#use(this.#connection.createDataChannel('images'));
    await this.#connection.setLocalDescription(await this.#connection.createOffer());
    this.#signal('offer', { sdp: this.#connection.localDescription.toJSON() });
  }

  async handleSignal({ type, sdp, candidate }) {
    if (type === 'offer' || type === 'answer') {
      await this.#connection.setRemoteDescription(sdp);
      this.#isDescribed = true;
      for (const waiting of this.#candidates.splice(0)) await this.#connection.addIceCandidate(waiting);
    }
    if (type === 'offer') {
      await this.#connection.setLocalDescription(await this.#connection.createAnswer());
      this.#signal('answer', { sdp: this.#connection.localDescription.toJSON() });
    }
    if (type !== 'candidate') return;
    if (this.#isDescribed) await this.#connection.addIceCandidate(candidate);
    else this.#candidates.push(candidate);
  }

  close() {
    for (const timer of this.#pulls.values()) clearTimeout(timer);
    this.#pulls.clear();
    this.#offers.clear();
    this.#forgetDownload();
    this.#channel?.close();
    this.#connection.close();
  }

  sendImage(blob, hash, isPinned, name, ttl, originalSenderId) {
    if (!this.isConnected) return;
    const transferId = crypto.randomUUID();
    const file = { transferId, name, size: blob.size, mime: blob.type, hash, isPinned, ttl };
    this.#offers.set(transferId, { blob, file, originalSenderId, at: Date.now() });
    this.#say({ type: 'offer-file', ...file });
    for (const [id, { at }] of this.#offers) if (Date.now() - at > offerAge) this.#offers.delete(id);
  }

  pullFile(transferId) {
    if (!this.isConnected) {
      this.#onTransferError(transferId);
      return;
    }
    const timer = setTimeout(() => {
      this.#pulls.delete(transferId);
      this.#onTransferError(transferId);
    }, pullTimeout);
    this.#pulls.set(transferId, timer);
    this.#say({ type: 'pull-request', transferId });
  }

  requestFile(hash) {
    this.#say({ type: 'request-file', hash });
  }

  requestSync() {
    this.#say({ type: 'sync-request' });
  }

  sendInventory(hashes) {
    this.#say({ type: 'inventory', hashes });
  }

  sendPing() {
    this.#say({ type: 'ping' });
  }

  #signal(type, content) {
    this.#sendSignal({ type, senderId: this.#myId, targetId: this.#peerId, ...content });
  }

  #say(message) {
    if (this.isConnected) this.#channel.send(JSON.stringify(message));
  }

  #use(channel) {
    this.#channel = channel;
    channel.binaryType = 'arraybuffer';
    channel.bufferedAmountLowThreshold = lowThreshold;
    channel.onopen = () => this.#onSessionEvent('connected', this);
    channel.onmessage = ({ data }) => {
      if (typeof data === 'string') this.#handleText(JSON.parse(data));
      else void this.#handleChunk(data);
    };
  }

  #handleText(message) {
    switch (message.type) {
      case 'offer-file':
        if (message.size <= largest) this.#onSessionEvent('offer-file', this, message);
        break;
      case 'pull-request':
        if (!this.#offers.has(message.transferId)) break;
        this.#queue.push(this.#offers.get(message.transferId));
        this.#offers.delete(message.transferId);
        void this.#sendQueue();
        break;
      case 'meta':
        this.#handleMeta(message);
        break;
      case 'sync-request':
        this.#onSessionEvent('sync-request', this);
        break;
      case 'inventory':
        this.#onSessionEvent('inventory', this, message.hashes);
        break;
      case 'request-file':
        this.#onFileRequested(message.hash);
        break;
      case 'ping':
        this.lastSeen = Date.now();
        this.#say({ type: 'pong' });
        break;
      case 'pong':
        this.lastSeen = Date.now();
        break;
    }
  }

  async #sendQueue() {
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#queue.length > 0) await this.#sendFile(this.#queue.shift());
    this.#isSending = false;
  }

  async #sendFile({ blob, file, originalSenderId }) {
    this.#say({ type: 'meta', ...file, originalSenderId, identityCreatedAt: this.#identity.createdAt });
    for (let offset = 0; offset < blob.size; offset += chunkSize) {
      const chunk = await blob.slice(offset, offset + chunkSize).arrayBuffer();
      if (this.#channel.bufferedAmount > lowThreshold) await this.#untilLow();
      if (!this.isConnected) return;
      this.#channel.send(chunk);
      console.log(`[PeerSession] sent chunk of ${file.transferId}: ${offset + chunk.byteLength}/${blob.size}`);
    }
  }

  #untilLow() {
    return new Promise((resolve) => {
      for (const event of ['bufferedamountlow', 'close', 'error']) {
        this.#channel.addEventListener(event, resolve, { once: true });
      }
    });
  }

  #handleMeta(meta) {
    if (!this.#pulls.has(meta.transferId)) return;
    clearTimeout(this.#pulls.get(meta.transferId));
    this.#pulls.delete(meta.transferId);
    this.#forgetDownload();
    if (meta.size > largest || !this.#network.canReceiveFrom(this.#peerId)) {
      this.#onTransferError(meta.transferId);
      return;
    }
    this.#download = { meta, chunks: [], received: 0, timer: this.#stallTimer(meta.transferId) };
  }

  async #handleChunk(data) {
    const download = this.#download;
    if (!download) return;
    download.chunks.push(data);
    download.received += data.byteLength;
    clearTimeout(download.timer);
    if (download.received < download.meta.size) {
      download.timer = this.#stallTimer(download.meta.transferId);
      return;
    }
    this.#download = undefined;
    const { transferId, mime, hash, isPinned, name, ttl, originalSenderId } = download.meta;
    const blob = new Blob(download.chunks, { type: mime });
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
    if (Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('') !== hash) {
      this.#onTransferError(transferId);
      return;
    }
    this.#onImage(
      Object.assign(blob, { fileHash: hash }),
      this.#peerId,
      isPinned,
      name,
      ttl,
      originalSenderId ?? this.#peerId,
    );
  }

  #stallTimer(transferId) {
    return setTimeout(() => {
      this.#download = undefined;
      this.#onTransferError(transferId);
    }, stallTimeout);
  }

  #forgetDownload() {
    clearTimeout(this.#download?.timer);
    this.#download = undefined;
  }
}
