// What every consumer does, whatever bundled it: two sessions swap a file each, and tell what arrived.

const size = 300_000;

/** What that party sends. */
export function contentOf(name) {
  const seed = name.charCodeAt(0);
  return Uint8Array.from({ length: size }, (_, index) => (index * seed + (index >> 8)) & 255);
}

/** One side: offers its own file once connected, pulls what it is offered; `received` resolves with what came. */
export function join(PeerSession, myId, peerId, sendSignal, options) {
  /** @type {import('peer-session').PeerSession} */
  let session;
  const received = new Promise((resolve, reject) => {
    session = new PeerSession(
      myId,
      peerId,
      { createdAt: Date.now() },
      sendSignal,
      (blob, from, _isPinned, name) => resolve(describe(blob, from, name)),
      () => {},
      { canReceiveFrom: () => true },
      async (type, connected, data) => {
        if (type === 'connected') {
          const blob = new Blob([contentOf(myId)], { type: 'image/png' });
          connected.sendImage(blob, await hashOf(blob), false, `${myId}.png`);
        }
        // What sinks need is loaded then: one side has its file in one.
        if (type === 'offer-file') connected.pullFile(data.transferId, myId === 'bert' ? { to: collect() } : undefined);
      },
      undefined,
      undefined,
      // Nobody but the test is talked to: no STUN servers.
      [],
      options,
    );
    session.addEventListener('received', ({ file, result }) => {
      const blob = new Blob([/** @type {Blob} */ (result)], { type: file.mime });
      resolve(describe(blob, session.peerId, file.name));
    });
    session.addEventListener('error', ({ error }) => reject(error));
    session.addEventListener('transferend', ({ error }) => error && reject(error));
  });
  return { session, received };
}

/** Both sides in one place, over a real connection pair; resolves with what each received. */
export async function exchange(PeerSession, options, { offersLane = true } = {}) {
  const parties = {};
  const relay = (signal) => void parties[signal.targetId].session.handleSignal(signal);
  const Connection = options?.RTCPeerConnection ?? globalThis.RTCPeerConnection;
  let channel;
  const Watched = class extends Connection {
    createDataChannel(...given) {
      return (channel = super.createDataChannel(...given));
    }
  };
  parties.anna = join(PeerSession, 'anna', 'bert', relay, { ...options, RTCPeerConnection: Watched });
  parties.bert = join(PeerSession, 'bert', 'anna', relay, options);
  await Promise.all(Object.values(parties).map(({ session }) => session.start()));
  const received = await Promise.all(Object.values(parties).map((party) => party.received));
  if (offersLane) await offerLane(new Connection({ iceServers: [] }), channel);
  for (const { session } of Object.values(parties)) session.close();
  return received;
}

/** What lanes need is loaded when there is to be one: the peer of that channel is offered one, as over a path that loses packets. */
async function offerLane(pc, channel) {
  pc.createDataChannel('lane');
  await pc.setLocalDescription(await pc.createOffer());
  await new Promise((resolve, reject) => {
    channel.addEventListener('message', ({ data }) => {
      if (typeof data !== 'string' || !data.includes('"type":"lane"')) return;
      if (JSON.parse(data).answer) resolve();
      else reject(new Error('what lanes need was not loaded'));
    });
    channel.send(JSON.stringify({ type: 'lane', lane: 1, offer: pc.localDescription.sdp }));
  });
  pc.close();
}

/** A sink that gives back what it was given, as a Blob. */
function collect() {
  const chunks = [];
  return { write: (chunk) => void chunks.push(chunk), finish: () => new Blob(chunks), abort: () => {} };
}

async function describe(blob, from, name) {
  return { from, name, type: blob.type, size: blob.size, hash: await hashOf(blob) };
}

async function hashOf(blob) {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
