// Beside PeerJS: a connection for what PeerJS carries, and a second one that is the files' alone.
import { Peer, type DataConnection } from 'peerjs';
import { Transfers } from 'peer-session/transfers';

// Of your own: npx peerjs --port 9000
const port = Number(new URLSearchParams(location.search).get('port') ?? 9000);

/** Two peers in one page; yours are in two. */
const [alice, bob] = await Promise.all([join(), join()]);

/** By the peer's id. */
const transfersOf = new Map<string, Transfers>();

// Bob is connected to, and tells the two by their label.
bob.on('connection', (connection) => {
  if (connection.label === 'peer-session') connection.on('open', () => void receive(connection));
  else connection.on('data', (data) => console.log(`PeerJS says ${String(data)}`));
});

async function receive(connection: DataConnection) {
  const known = transfersOf.get(connection.peer);
  if (known && known.state !== 'closed') {
    // The same peer over another connection: what was under way goes on, at the byte it had.
    known.reattach(connection.dataChannel);
    return;
  }
  const transfers = new Transfers(connection.dataChannel);
  transfersOf.set(connection.peer, transfers);
  for await (const file of transfers.incoming) {
    const pull = file.pull();
    for await (const { bytes, size } of pull.progress()) document.title = `${Math.round((bytes / size) * 100)} %`;
    console.log(`bob has ${file.name}: ${(await pull).size} bytes`);
  }
}

// Alice connects twice, and the second time anew for as long as there is something to do.
const chat = alice.connect(bob.id);
chat.on('open', () => void chat.send('hello'));

let transfers: Transfers | undefined;
connectForFiles();

function connectForFiles() {
  // Without `reliable` the channel would be unordered, and anything but `raw` would be PeerJS's own way to cut data into pieces.
  const options = { label: 'peer-session', serialization: 'raw', reliable: true };
  const connection = alice.connect(bob.id, options);
  connection.on('open', () => {
    if (transfers) transfers.reattach(connection.dataChannel);
    else void offer((transfers = new Transfers(connection.dataChannel)));
  });
  connection.on('close', () => {
    if (transfers?.state !== 'closed') connectForFiles();
  });
}

async function offer(transfers: Transfers) {
  await transfers.offer(new Blob([new Uint8Array(50_000_000)]), { name: 'large.bin' }).done;
  console.log('and alice knows');
}

function join(): Promise<Peer> {
  const peer = new Peer({ host: '127.0.0.1', port, config: { iceServers: [] } });
  return new Promise((resolve, reject) => {
    peer.on('open', () => resolve(peer));
    peer.on('error', reject);
  });
}
