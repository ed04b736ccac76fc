import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, offerTo, serverFor, statusOfUpgrade } from './client.mjs';

for (const [name, text, code] of [
  ['text that is no JSON', '{"type":', 'bad-json'],
  ['a JSON value that is no object', '7', 'bad-message'],
  ['null', 'null', 'bad-message'],
  ['an unknown type', '{"type":"welcome","targetId":"x"}', 'bad-message'],
  ['an offer without a target', '{"type":"offer","sdp":{}}', 'bad-message'],
  ['an offer without a description', '{"type":"offer","targetId":"x"}', 'bad-message'],
  ['a candidate that is an array', '{"type":"candidate","targetId":"x","candidate":[]}', 'bad-message'],
  ['a target that is no string', '{"type":"offer","targetId":{},"sdp":{}}', 'bad-message'],
  ['a target longer than any id', offerTo('x'.repeat(129)), 'bad-message'],
  ['a description that is no text', offerTo('x', { sdp: { type: 'offer', sdp: { toString: 1 } } }), 'bad-message'],
  ['an offer that describes an answer', offerTo('x', { sdp: { type: 'answer', sdp: 'v=0' } }), 'bad-message'],
  ['an empty candidate object', '{"type":"candidate","targetId":"x","candidate":{}}', 'bad-message'],
  ['a candidate of nested values', '{"type":"candidate","targetId":"x","candidate":{"candidate":[[]]}}', 'bad-message'],
  [
    'a candidate for no line',
    '{"type":"candidate","targetId":"x","candidate":{"candidate":"","sdpMLineIndex":-1}}',
    'bad-message',
  ],
  ['a binary message', Buffer.from('{"type":"offer","targetId":"x","sdp":{}}'), 'bad-message'],
]) {
  test(`${name} is answered with ${code} and harms no one`, async (t) => {
    const server = await serverFor(t);
    const client = await Client.join(server);
    const other = await Client.join(server);
    assert.equal((await client.next()).type, 'peer-joined');

    client.send(text);

    const answer = await client.next();
    assert.equal(answer.type, 'error');
    assert.equal(answer.code, code);
    client.send(offerTo(other.id));
    assert.equal((await other.next()).type, 'offer');
    assert.deepEqual(other.unread, []);
  });
}

test('a client that keeps sending rubbish is closed', async (t) => {
  const server = await serverFor(t, { maxBadMessages: 2 });
  const client = await Client.join(server);

  for (let i = 0; i < 3; i += 1) client.send('rubbish');

  assert.deepEqual(await client.closed, { code: 1008, reason: 'too-many-errors' });
});

test('a message over the size limit closes its sender and reaches no one', async (t) => {
  const server = await serverFor(t);
  const target = await Client.join(server);
  const sender = await Client.join(server);
  assert.equal((await target.next()).type, 'peer-joined');

  sender.send(offerTo(target.id, { sdp: { type: 'offer', sdp: 'x'.repeat(64 * 1024) } }));

  assert.equal((await sender.closed).code, 1009);
  assert.deepEqual(await target.next(), { type: 'peer-dropped', id: sender.id });
});

test('a message just below the size limit passes', async (t) => {
  const server = await serverFor(t);
  const target = await Client.join(server);
  const sender = await Client.join(server);
  assert.equal((await target.next()).type, 'peer-joined');
  const envelope = JSON.stringify(offerTo(target.id, { sdp: { type: 'offer', sdp: '' } })).length;
  const sdp = 'x'.repeat(64 * 1024 - envelope);

  sender.send(offerTo(target.id, { sdp: { type: 'offer', sdp } }));

  assert.equal((await target.next()).sdp.sdp.length, sdp.length);
});

const tooLong = ['x'.repeat(65), '🎉'.repeat(65), '\uFDFA'.repeat(4), 'x'.repeat(5_000), `${'❤️\u200d'.repeat(300)}\n`];
for (const room of [
  '',
  '  ',
  '\u202e',
  'a\u200bb',
  '\u200da',
  '1\u200d2',
  '__proto__\0',
  'a\nb',
  '\uFFFD',
  ...tooLong,
]) {
  test(`the room name ${JSON.stringify(room.slice(0, 12))} (${room.length}) is refused`, async (t) => {
    const server = await serverFor(t);
    const client = new Client(server, room);
    assert.equal((await client.next()).code, 'bad-room');
    assert.equal((await client.closed).code, 1008);
    assert.equal(server.rooms.size, 0);
  });
}

for (const [name, path, headers, status] of [
  ['a page of another port that is not on this machine', '/signal?room=room', { Origin: 'http://10.0.0.1:5173' }, 403],
  ['a page whose host only begins like this machine', '/signal?room=room', { Origin: 'http://localhost.example' }, 403],
  [
    "a page of the visitor's machine, at a server that is elsewhere",
    '/signal?room=room',
    { Origin: 'http://localhost:5173', Host: 'demo.example' },
    403,
  ],
  ['a page of another origin', '/signal?room=room', { Origin: 'https://elsewhere.example' }, 403],
  ['a page without an origin of its own', '/signal?room=room', { Origin: 'null' }, 403],
  ['an upgrade of another path', '/', {}, 404],
  ['an upgrade of a target that is no URL', '//', {}, 400],
]) {
  test(`${name} is refused with ${status}, and the server lives on`, async (t) => {
    const server = await serverFor(t);
    assert.equal(await statusOfUpgrade(server, path, headers), status);
    assert.ok((await Client.join(server)).id);
  });
}

test("the server's own page can connect", async (t) => {
  const server = await serverFor(t);
  const client = await Client.join(server, 'room', { origin: new URL(server.url).origin });
  assert.ok(client.id);
});

for (const origin of ['http://localhost:5173', 'http://127.0.0.1:5173', 'http://[::1]:5173', 'https://app.localhost']) {
  test(`a page that is developed on the same machine can connect: ${origin}`, async (t) => {
    const server = await serverFor(t);
    const client = await Client.join(server, 'room', { origin });
    assert.ok(client.id);
  });
}
