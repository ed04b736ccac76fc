// @ts-check
// ICE servers as the demo's server tells them, with credentials for a while.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptServers } from '../../cli/ice-servers.mjs';
import { startServer } from '../../web-demo/server/start-server.mjs';
import { turnCredentials } from '../../web-demo/server/turn.mjs';
import { TurnServer } from '../support/turn-server.mjs';
import { Command, folder } from './support/command.mjs';
import { assertContent, content, written } from './support/content.mjs';

const stun = { urls: ['stun:stun.example'] };

test('there are none before a server has told some', () => {
  const servers = new KeptServers(() => assert.fail('nobody asks'));
  assert.equal(servers.source, undefined);
  servers.take({ type: 'welcome', id: 'x' });
  assert.equal(servers.source, undefined);
});

test('what lives for ever, and what is fresh, is answered at once', (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  const servers = new KeptServers(() => assert.fail('nobody asks'));
  servers.take({ iceServers: [stun] });
  assert.deepEqual(servers.source?.(), [stun]);
  servers.take({ iceServers: [stun, stun], iceServersLifetime: 100 });
  t.mock.timers.tick(74_000);
  assert.deepEqual(servers.source?.(), [stun, stun]);
});

test('in the last quarter of their life newer ones are asked for, once for all who want them', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  let asked = 0;
  const servers = new KeptServers(() => (asked += 1));
  servers.take({ iceServers: [stun], iceServersLifetime: 100 });
  t.mock.timers.tick(75_000);
  const answers = [servers.source?.(), servers.source?.()];
  assert.equal(asked, 1);
  servers.take({ iceServers: [stun, stun], iceServersLifetime: 100 });
  assert.deepEqual(await Promise.all(answers), [
    [stun, stun],
    [stun, stun],
  ]);
  assert.deepEqual(servers.source?.(), [stun, stun]);
  assert.equal(asked, 1);
});

test('where no answer comes, those at hand are used after three seconds, and the next one asks again', async (t) => {
  t.mock.timers.enable({ apis: ['Date', 'setTimeout'] });
  let asked = 0;
  const servers = new KeptServers(() => (asked += 1));
  servers.take({ iceServers: [stun], iceServersLifetime: 0 });
  const answer = servers.source?.();
  t.mock.timers.tick(3_000);
  assert.deepEqual(await answer, [stun]);
  const next = servers.source?.();
  assert.equal(asked, 2);
  t.mock.timers.tick(3_000);
  await next;
});

test('addresses that node-datachannel does not know are left out', () => {
  const servers = new KeptServers(() => {});
  servers.take({ iceServers: [{ urls: ['stuns:a.example', 'stun:b.example'] }, { urls: 'stuns:c.example' }, null] });
  assert.deepEqual(servers.source?.(), [{ urls: ['stun:b.example'] }]);
});

test('both commands ask the relay of the server, with credentials that it takes', { timeout: 60_000 }, async (t) => {
  const turn = await TurnServer.for(t);
  /** @param {string} id */
  const iceServersFor = (id) => {
    const { iceServers } = turnCredentials({ secret: turn.secret, urls: [turn.url], ttlSeconds: 600, id });
    return { iceServers, iceServersLifetime: 600 };
  };
  const server = await startServer({ port: 0, iceServersFor });
  t.after(() => server.close());
  const [from, to] = [folder(t), folder(t)];
  const bytes = content(1, 100_000);
  const place = ['--server', server.url, '--code', 'relayed'];
  const sender = new Command(t, ['send', ...place, written(from, 'a.bin', bytes)]);
  await sender.said(/^code: /m);
  const receiver = new Command(t, ['receive', '--server', server.url, '--to', to, 'relayed']);
  const users = new Set();
  while (users.size < 2) {
    const known = [...users].join('|') || 'nobody';
    const line = await turn.untilLog(
      new RegExp(`user <(?!(?:${known})>)\\d+:\\w+>: incoming packet ALLOCATE processed, success`),
    );
    users.add(/user <(.*?)>/.exec(line)?.[1]);
  }
  assert.equal(await receiver.exit, 0, receiver.stderr);
  assert.equal(await sender.exit, 0, sender.stderr);
  assertContent(`${to}/a.bin`, bytes);
});
