import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { DEFAULT_LIMITS } from '../../web-demo/server/limits.mjs';
import { LIMIT_SETTINGS, readSettings, SETTINGS } from '../../web-demo/server/settings.mjs';

test('an empty environment gives the defaults, and so does one of empty lines', () => {
  const settings = readSettings({});
  assert.deepEqual(settings, {
    port: 8080,
    host: 'localhost',
    basePath: '/',
    trustProxy: 0,
    allowedOrigins: [],
    bus: { servers: [], token: undefined, credentials: undefined },
    turn: { stunUrls: [], urls: [], secret: undefined, ttl: 3600 },
    metrics: { port: undefined, host: 'localhost', token: undefined },
    logFormat: 'text',
    limits: { ...DEFAULT_LIMITS },
  });
  const empty = Object.fromEntries([...SETTINGS, ...LIMIT_SETTINGS].map(({ name }) => [name, '']));
  assert.deepEqual(readSettings(empty), settings);
});

test('each is read from its variable', () => {
  const settings = readSettings({
    PORT: '0',
    BASE_PATH: '/files/of/us/',
    TRUST_PROXY: '2',
    ALLOWED_ORIGINS: 'https://a.example, http://b.example:8080',
    SIGNALLING_BUS: 'nats://127.0.0.1:4222,nats://127.0.0.1:4223',
    STUN_URLS: 'stun:stun.example',
    TURN_URLS: 'turn:turn.example?transport=udp,turns:turn.example:443',
    TURN_SECRET: '0123456789abcdef',
    MAX_ROOMS: '5',
  });
  assert.equal(settings.port, 0);
  assert.equal(settings.basePath, '/files/of/us/');
  assert.equal(settings.trustProxy, 2);
  assert.deepEqual(settings.allowedOrigins, ['https://a.example', 'http://b.example:8080']);
  assert.deepEqual(settings.bus.servers, ['nats://127.0.0.1:4222', 'nats://127.0.0.1:4223']);
  assert.deepEqual(settings.turn, {
    stunUrls: ['stun:stun.example'],
    urls: ['turn:turn.example?transport=udp', 'turns:turn.example:443'],
    secret: '0123456789abcdef',
    ttl: 3600,
  });
  assert.deepEqual(settings.limits, { ...DEFAULT_LIMITS, maxRooms: 5 });
});

for (const [name, value, said] of [
  ['PORT', '65536', 'PORT must be a number from 0 to 65535, not "65536".'],
  ['PORT', '1e3', 'PORT must be a number from 0 to 65535, not "1e3".'],
  ['BASE_PATH', 'files', 'BASE_PATH must begin and end with a slash, like /files/, not "files".'],
  ['BASE_PATH', '//evil/', 'BASE_PATH must begin and end with a slash, like /files/, not "//evil/".'],
  ['TRUST_PROXY', 'yes', 'TRUST_PROXY must be a number from 0 to 8, not "yes".'],
  ['ALLOWED_ORIGINS', 'https://a.example/', /^ALLOWED_ORIGINS must be origins like https:/],
  ['ALLOWED_ORIGINS', '*', /^ALLOWED_ORIGINS must be origins like https:/],
  ['SIGNALLING_BUS', 'redis://a', 'SIGNALLING_BUS must be addresses that begin with nats:// or tls://.'],
  ['STUN_URLS', 'turn:a', 'STUN_URLS must be addresses that begin with stun: or stuns:, not "turn:a".'],
  ['TURN_TTL', '5', 'TURN_TTL must be a number from 60 to 86400, not "5".'],
  ['LOG_FORMAT', 'xml', 'LOG_FORMAT must be text or json, not "xml".'],
  ['MAX_ROOMS', '0', 'MAX_ROOMS must be a number from 1 to 2147483647, not "0".'],
  ['HEARTBEAT_MS', '2147483648', 'HEARTBEAT_MS must be a number from 1 to 2147483647, not "2147483648".'],
  ['SIGNALLING_BUS', 'nats:a', 'SIGNALLING_BUS must be addresses that begin with nats:// or tls://.'],
  ['TURN_SECRET', '0123456789abcdef', 'TURN_SECRET is of no use without TURN_URLS.'],
  ['TURN_URLS', 'turn:a', 'TURN_URLS needs TURN_SECRET: without it no credentials can be made.'],
]) {
  test(`${name}=${value} is refused in a sentence`, () => {
    assert.throws(() => readSettings({ [name]: value }), { message: said });
  });
}

test('a secret that is too short is refused, and not shown', () => {
  for (const name of ['TURN_SECRET', 'METRICS_TOKEN']) {
    assert.throws(
      () => readSettings({ [name]: 'hunter2' }),
      ({ message }) => message.startsWith(`${name} must have at least 16 characters`) && !message.includes('hunter2'),
    );
  }
});

test('all that is wrong is said at once', () => {
  assert.throws(() => readSettings({ PORT: 'x', LOG_FORMAT: 'y' }), { message: /^PORT .*\nLOG_FORMAT .*$/ });
});

test('docs/deploy.md has every setting, with its default, and every limit', async () => {
  const text = await readFile(new URL('../../docs/deploy.md', import.meta.url), 'utf8');
  const shown = (value) => (value === '' ? '' : `\`${value}\``);
  const rows = SETTINGS.map(({ name, fallback, means }) => `| \`${name}\` | ${shown(fallback)} | ${means} |`);
  assert.deepEqual(tableAfter(text, '## Settings'), rows);
  const limits = LIMIT_SETTINGS.map(
    ({ name, fallback }) => `| \`${name}\` | ${Number(fallback).toLocaleString('en')} |`,
  );
  assert.deepEqual(
    tableAfter(text, '### Limits').map((row) => row.split('|').slice(0, 3).join('|') + '|'),
    limits,
  );
});

/** The rows of the first table after that heading. */
function tableAfter(text, heading) {
  const lines = text.slice(text.indexOf(`\n${heading}\n`)).split('\n');
  const first = lines.findIndex((line) => line.startsWith('|')) + 2;
  const length = lines.slice(first).findIndex((line) => !line.startsWith('|'));
  return lines.slice(first, first + length);
}
