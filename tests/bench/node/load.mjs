// @ts-check
// From the import to the first session, in a process that has done nothing else. The entry: another build's, or the package's.
const { argv, stdout } = process;
// Loaded before they are asked: Node makes them when they are first used.
performance.now();
const before = process.cpuUsage();
const start = performance.now();
const { PeerSession } = await import(argv[2]?.startsWith('file:') ? argv[2] : 'peer-session');
const imported = performance.now() - start;
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
const ready = performance.now() - start;
const { user, system } = process.cpuUsage(before);
stdout.write(JSON.stringify({ imported, ready, cpu: (user + system) / 1000 }));
