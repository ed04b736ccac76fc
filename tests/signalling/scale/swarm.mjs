// Three servers over one NATS, a crowd in many rooms, and one server that is killed.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { forkServer } from '../forked-server.mjs';
import { startNats } from '../nats-server.mjs';

const SCRIPT = fileURLToPath(new URL('swarm-process.mjs', import.meta.url));
const SERVERS = 3;
const SCRIPTS = ['zimmer', '会議室', 'غرفة', 'комната', 'room.*', 'room.>', '🎉'];

/**
 * @typedef {object} Crowd
 * @property {number} clients
 * @property {number} rooms
 * @property {number} [swarms] Processes for the clients.
 * @property {number} [idleMs] How long everybody is silent, to see what they cost.
 * @property {(line: string) => void} [say]
 *
 * @param {{ after: (end: () => void) => void }} t
 * @param {Crowd} crowd
 */
export async function runCrowd(t, { clients, rooms, swarms = 2, idleMs = 0, say = () => {} }) {
  const nats = await startNats(t);
  const servers = [];
  for (let i = 0; i < SERVERS; i += 1) servers.push(await forkServer(t, nats.url));
  const empty = await usageOf(servers);

  const all = await startSwarms(t, servers, { clients, rooms, swarms });
  const figures = { clients, rooms };

  let whole = all.map((swarm) => swarm.next('whole'));
  let began = Date.now();
  for (const swarm of all) swarm.order({ type: 'join' });
  figures.joinedMs = last(await Promise.all(whole)) - began;
  say(`${clients} clients are in ${rooms} rooms after ${figures.joinedMs} ms`);

  if (idleMs > 0) {
    // What joining has left behind is not what an idle client costs.
    await wait(2_000);
    const before = await usageOf(servers);
    await wait(idleMs);
    const after = await usageOf(servers);
    figures.bytesPerClient = sum(after, ({ bytes }, i) => bytes - empty[i].bytes) / clients;
    figures.serverBytes = sum(after, ({ bytes }) => bytes) / SERVERS;
    figures.cpuMsPerMinute = (sum(after, ({ cpuMs }, i) => cpuMs - before[i].cpuMs) * 60_000) / idleMs;
    say(
      `idle: ${Math.round(figures.bytesPerClient)} bytes for a client, ${Math.round(figures.cpuMsPerMinute)} ms a minute for all`,
    );
  }

  figures.exchanged = await exchange(all, figures);
  say(`${figures.exchanged.messages} messages in ${figures.exchanged.ms} ms`);

  whole = all.map((swarm) => swarm.next('whole'));
  began = Date.now();
  servers[0].kill('SIGKILL');
  figures.wholeAgainMs = last(await Promise.all(whole)) - began;
  say(`all rooms are whole again ${figures.wholeAgainMs} ms after a server was killed`);

  figures.exchangedAgain = await exchange(all);
  const counts = await Promise.all(all.map((swarm) => swarm.count()));
  return {
    ...figures,
    wrong: sum(counts, (count) => count.wrong),
    example: counts.find(({ example }) => example)?.example,
    whole: sum(counts, (count) => count.whole),
    servers: await usageOf(servers.slice(1)),
  };
}

async function startSwarms(t, servers, { clients, rooms, swarms }) {
  const all = [];
  const places = Array.from({ length: rooms }, (_, i) => ({
    name: `${SCRIPTS[i % SCRIPTS.length]} ${i}`,
    count: Math.floor(((i + 1) * clients) / rooms) - Math.floor((i * clients) / rooms),
  }));
  for (let i = 0; i < swarms; i += 1) {
    const own = places.filter((_, place) => place % swarms === i);
    all.push(await startSwarm(t, { urls: servers.map(({ url }) => url), rooms: own, first: i }));
  }
  return all;
}

async function startSwarm(t, plan) {
  const child = fork(SCRIPT);
  t.after(() => child.kill('SIGKILL'));
  const next = async (type) => {
    for (;;) {
      const [message] = await once(child, 'message');
      if (message.type === type) return message;
    }
  };
  const ready = next('ready');
  child.send(plan);
  await ready;
  return {
    next,
    order: (order) => child.send(order),
    count() {
      const answer = next('count');
      child.send({ type: 'count' });
      return answer;
    },
  };
}

async function exchange(swarms) {
  const began = Date.now();
  const done = swarms.map((swarm) => swarm.next('exchanged'));
  for (const swarm of swarms) swarm.order({ type: 'exchange' });
  const messages = sum(await Promise.all(done), (each) => each.messages);
  return { messages, ms: Date.now() - began };
}

const usageOf = (servers) => Promise.all(servers.map((server) => server.usage()));
const sum = (items, value) => items.reduce((total, item, i) => total + value(item, i), 0);
const last = (messages) => Math.max(...messages.map(({ at }) => at));
