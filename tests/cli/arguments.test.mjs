// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readArguments } from '../../cli/arguments.mjs';
import { linkTo, newCode, readCode } from '../../cli/code.mjs';
import { Ending } from '../../cli/exit-codes.mjs';

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const read = (line, environment = {}) => /** @type {any} */ (readArguments(line.split(' '), environment));

test('what is sent, to the server that is served by npm start, in a room that nobody finds', () => {
  const { command, files, code, server, keep, quiet, iceServers, waitMs } = read('send a.bin b.bin');
  assert.deepEqual([command, files, keep, quiet], ['send', ['a.bin', 'b.bin'], false, false]);
  assert.deepEqual([iceServers, waitMs], [undefined, undefined]);
  assert.equal(server.href, 'http://localhost:8080/');
  assert.match(code, uuid);
  assert.notEqual(code, read('send a.bin').code);
});

test('what is received: by a code, or by the whole link, which says the server', () => {
  assert.deepEqual(pick(read('receive some-code')), ['some-code', 'http://localhost:8080/', '.', undefined]);
  const link = linkTo(new URL('https://example.org/demo/'), 'a room & more');
  assert.deepEqual(pick(read(`receive --to there -n 2 ${link}`)), [
    'a room & more',
    'https://example.org/demo/',
    'there',
    2,
  ]);
  assert.match(read('receive').code, uuid);
  assert.equal(read('receive').isNewCode, true);
  assert.equal(read(`send --code ${link} x`).code, 'a room & more');
});

const pick = ({ code, server, to, count }) => [code, server.href, to, count];

test('a server that is named goes before that of the link, and that before the environment', () => {
  const environment = { PEER_SESSION_SERVER: 'http://from-environment/' };
  assert.equal(read('receive code', environment).server.host, 'from-environment');
  assert.equal(read('receive http://from-link/#room=x', environment).server.host, 'from-link');
  assert.equal(read('receive --server http://named/ http://from-link/#room=x', environment).server.host, 'named');
  assert.equal(read('receive code', { PEER_SESSION_SERVER: '' }).server.host, 'localhost:8080');
});

test('ICE servers as a person writes them', () => {
  assert.deepEqual(read('receive x --ice stun:a.example:3478 --ice turn:me:secret@b.example').iceServers, [
    { urls: 'stun:a.example:3478' },
    { urls: 'turn:b.example', username: 'me', credential: 'secret' },
  ]);
  assert.deepEqual(read('receive x --ice none').iceServers, []);
});

test('help and version, wherever they are asked for', () => {
  for (const line of ['--help', '-h', 'help', 'send --help', 'receive -h'])
    assert.equal(read(line).command, 'help', line);
  for (const line of ['--version', '-V']) assert.equal(read(line).command, 'version', line);
});

test('what cannot be meant is wrong usage, and a sentence says why', () => {
  const wrong = {
    fetch: /no command "fetch"/,
    send: /no file/,
    'send --nonsense x': /--nonsense/,
    'receive one two': /One code/,
    'receive x --count 0': /--count takes/,
    'receive x --count two': /--count takes/,
    'send x --wait -1': /./,
    'receive x --server nowhere': /"nowhere" is no address/,
    'receive x --server ftp://there': /no address/,
    'receive http://there/': /no link to a room/,
    'receive x --ice nonsense': /no ICE server/,
    'send x --to there': /--to/,
  };
  for (const [line, message] of Object.entries(wrong)) {
    assert.throws(
      () => read(line),
      (error) => error instanceof Ending && error.exitCode === 2 && message.test(error.message),
      line,
    );
  }
  assert.throws(() => readArguments([], {}), /say "send" or "receive"/);
});

test('a link leads to the room of its code, and its code is behind the #', () => {
  const code = newCode();
  const link = linkTo(new URL('http://localhost:8080/'), code);
  assert.equal(link, `http://localhost:8080/#room=${code}`);
  assert.deepEqual(readCode(`  ${link} `), { code, server: 'http://localhost:8080/' });
});
