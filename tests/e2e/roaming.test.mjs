// Two servers share their rooms behind one address, as behind a load balancer; pages go from one to the other.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { forkServer } from '../signalling/forked-server.mjs';
import { startNats } from '../signalling/nats-server.mjs';
import { connectedPeers, demo, openPage, share, shown } from './browser.mjs';
import { verifyNow } from './in-page.mjs';
import { picture } from './pictures.mjs';
import { assertUndisturbed, expectedErrors, isAway, isHere, isUnderWay, openHeld } from './under-way.mjs';

const context = await demo({ before, after });
const files = [1, 2, 3, 4, 5, 6].map((seed) => picture(seed, 700_000, `file-${seed}.png`));

test('servers are killed and NATS is stopped in the middle of transfers: they go on, from server to server, and nothing comes twice', async (t) => {
  const nats = await startNats(t);
  const [one, two, three] = [
    await forkServer(t, nats.url),
    await forkServer(t, nats.url),
    await forkServer(t, nats.url),
  ];
  const address = await balancer(t, one);
  const balanced = { url: address.url };
  // Each new connection goes to the next of those that live: the two pages are on different servers.
  address.goTo(one, two);
  const pages = await openHeld(t, context.browser, balanced, 'roaming');
  const [sender, receiver] = pages;
  assert.deepEqual(await sockets(one, two), [1, 1], 'the two met over NATS');
  const names = await Promise.all(pages.map(ownName));
  await share(sender, files.slice(0, 2));
  await isUnderWay(receiver, 2);

  address.goTo(two);
  one.kill('SIGKILL');
  await isAway(sender);
  await isHere(sender);
  assert.deepEqual(await sockets(two), [2]);
  await share(sender, files.slice(2, 4));
  await isUnderWay(receiver, 4);

  address.goTo(three);
  two.kill('SIGKILL');
  await nats.stop();
  await Promise.all(pages.map(isAway));
  await Promise.all(pages.map(isHere));
  await share(sender, files.slice(4));
  await isUnderWay(receiver, 6);
  assert.deepEqual(await Promise.all(pages.map(ownName)), names, 'the same people as before');
  await receiver.evaluate(verifyNow);

  await assertUndisturbed(pages, 6);
  const late = await openPage(t, context.browser, `${balanced.url}#room=roaming`, { expectedErrors });
  await connectedPeers(late, 2);
  await shown(late, 'offer', 6);
});

const ownName = (page) => page.getByTestId('room-state').innerText();

const sockets = (...servers) => Promise.all(servers.map(async (server) => (await server.usage()).sockets));

/** One address for several servers; WebSockets go to each in turn, what is fetched to the first. */
async function balancer(t, first) {
  let targets = [first];
  const server = createServer((socket) => {
    socket.once('data', (head) => {
      const isSocket = head.toString('latin1').startsWith('GET /signal');
      const target = new URL(targets[0].url);
      if (isSocket) targets.push(targets.shift());
      const onward = connect(Number(target.port), target.hostname);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
      for (const [end, other] of [
        [socket, onward],
        [onward, socket],
      ])
        end.on('close', () => other.destroy()).on('error', () => other.destroy());
    });
    socket.on('error', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}/`,
    goTo(...servers) {
      targets = servers;
    },
  };
}
