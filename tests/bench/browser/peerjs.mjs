// PeerJS as its manual has it: one `send` of the whole content, which the library cuts, numbers and joins. It insists on a
// broker of its own kind (broker.mjs).
import { Peer } from 'peerjs';

export class PeerJsLink {
  constructor(side, { port, room }) {
    this.side = side;
    this.room = room;
    this.peer = new Peer(`${room}-${side}`, {
      host: 'localhost',
      port,
      path: '/',
      secure: false,
      debug: 0,
      config: { iceServers: [] },
    });
    this.registered = new Promise((resolve) => this.peer.on('open', resolve));
    this.opened = new Promise((resolve) => {
      this.take = (connection) => {
        this.connection = connection;
        connection.on('open', resolve);
      };
      this.peer.on('connection', this.take);
    });
  }

  async start() {
    await this.registered;
    if (this.side === 'a') this.take(this.peer.connect(`${this.room}-b`, { reliable: true, serialization: 'binary' }));
  }

  handleSignal() {}

  async send(files) {
    for (const { blob } of files) this.connection.send(await blob.arrayBuffer());
  }

  receive(sizes) {
    let left = sizes.length;
    const start = performance.now();
    return new Promise((resolve) => {
      this.connection.on('data', () => {
        left -= 1;
        if (left === 0) resolve(performance.now() - start);
      });
    });
  }

  close() {
    this.peer.destroy();
  }
}
