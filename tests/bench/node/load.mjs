// @ts-check
// From the import to the first session, in a process that has done nothing else.
const start = performance.now();
const { PeerSession } = await import('peer-session');
const imported = performance.now();
class Nothing extends EventTarget {}
new PeerSession(
  'a',
  'b',
  { createdAt: 0 },
  () => {},
  () => {},
  () => {},
  { canReceiveFrom: () => true },
  undefined,
  undefined,
  undefined,
  [],
  {
    RTCPeerConnection: /** @type {any} */ (Nothing),
  },
);
process.stdout.write(JSON.stringify({ imported: imported - start, ready: performance.now() - start }));
