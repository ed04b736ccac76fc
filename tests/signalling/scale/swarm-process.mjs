// Some hundreds or thousands of simulated clients in a process of its own, each as the page is: with a key, and back about
// a second after its socket was lost, on another server. They know what they should see and hear, and count what else comes.
import { once } from 'node:events';
import process from 'node:process';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { newKey } from '../client.mjs';

const RETRY_MS = 1_000;
// The server has as much to do for each as this process.
const JOINING_AT_ONCE = 40;
// About what a browser's offer of a data channel has.
const PADDING = 'a=candidate '.repeat(50);

/** @typedef {{ name: string, members: SimulatedClient[] }} SimulatedRoom */

/** @type {{ urls: string[], rooms: { name: string, count: number }[], first: number }} */
const [plan] = await once(process, 'message');
const wrong = [];
const unwhole = new Set();
let joining = 0;

class SimulatedClient {
  key = newKey();
  id = '';
  here = new Set();
  isIn = false;
  heard = new Set();

  /**
   * @param {SimulatedRoom} room
   * @param {number} index
   */
  constructor(room, index) {
    this.room = room;
    this.server = index;
    // Not all to the same.
    this.retryStep = 1 + (Math.floor(index / plan.urls.length) % 2);
  }

  connect() {
    const url = plan.urls[this.server % plan.urls.length].replace('http', 'ws');
    const address = new URL(`signal?room=${encodeURIComponent(this.room.name)}`, url);
    const socket = new WebSocket(address, ['peer-session.signal', `peer-session.key.${this.key}`], {
      perMessageDeflate: false,
    });
    this.socket = socket;
    socket.on('message', (data) => {
      this.#hear(JSON.parse(data.toString()));
      noteWhole(this.room);
    });
    socket.on('error', () => {});
    return new Promise((over) => {
      socket.once('message', over);
      socket.once('close', () => {
        over(undefined);
        this.isIn = false;
        noteWhole(this.room);
        this.server += this.retryStep;
        void wait(RETRY_MS * (0.5 + Math.random())).then(() => this.connect());
      });
    });
  }

  /** Whether this one sees everybody of its room, and nobody else. */
  get seesAll() {
    const others = this.room.members.filter((other) => other !== this);
    return this.isIn && this.here.size === others.length && others.every(({ id }) => this.here.has(id));
  }

  say(type, to) {
    const sdp = JSON.stringify([this.room.name, this.id, to.id, PADDING]);
    this.socket.send(JSON.stringify({ type, targetId: to.id, sdp: { type, sdp } }));
  }

  #hear(message) {
    const { type, id } = message;
    if (type === 'welcome') {
      if (message.room !== this.room.name || (this.id !== '' && id !== this.id)) wrong.push(message);
      this.id = id;
      this.here = new Set(message.peers);
      this.isIn = true;
    } else if (type === 'peer-joined') {
      this.here.add(id);
    } else if (type === 'peer-left' || type === 'peer-dropped') {
      this.here.delete(id);
    } else if (type === 'offer' || type === 'answer') {
      const from = this.room.members.find((member) => member.id === message.senderId);
      const [room, sender, target] = JSON.parse(message.sdp.sdp);
      const isRight = room === this.room.name && sender === from?.id && target === this.id;
      if (!isRight || this.heard.has(`${type} ${sender}`)) wrong.push(message);
      this.heard.add(`${type} ${sender}`);
      if (type === 'offer' && from) this.say('answer', from);
    } else {
      wrong.push(message);
    }
  }
}

let index = plan.first;
const rooms = plan.rooms.map(({ name, count }) => {
  const room = /** @type {SimulatedRoom} */ ({ name, members: [] });
  while (room.members.length < count) room.members.push(new SimulatedClient(room, index++));
  unwhole.add(room);
  return room;
});
const everybody = rooms.flatMap(({ members }) => members);
const counted = () => ({ whole: rooms.length - unwhole.size, in: everybody.filter(({ isIn }) => isIn).length });

function noteWhole(room) {
  const isWhole = room.members.every((member) => member.seesAll);
  if (isWhole === !unwhole.has(room)) return;
  if (isWhole) unwhole.delete(room);
  else unwhole.add(room);
  if (unwhole.size === 0) process.send({ type: 'whole', at: Date.now() });
}

const orders = {
  async join() {
    for (const client of everybody) {
      while (joining >= JOINING_AT_ONCE) await wait(1);
      joining += 1;
      void client.connect().then(() => (joining -= 1));
    }
  },
  /** Everybody makes an offer to everybody else in the room, and gets an answer. */
  async exchange() {
    for (const client of everybody) client.heard.clear();
    for (const { members } of rooms) {
      for (const one of members) for (const other of members) if (one !== other) one.say('offer', other);
      await wait(0);
    }
    const expected = everybody.reduce((sum, { room }) => sum + 2 * (room.members.length - 1), 0);
    const heard = () => everybody.reduce((sum, client) => sum + client.heard.size, 0);
    while (heard() < expected) await wait(20);
    process.send({ type: 'exchanged', messages: expected });
  },
  count() {
    process.send({ type: 'count', ...counted(), wrong: wrong.length, example: wrong[0] });
  },
};

process.on('message', (order) => void orders[order.type](order));
process.on('disconnect', () => process.exit());
process.send({ type: 'ready' });
