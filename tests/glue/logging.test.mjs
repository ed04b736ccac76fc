// @ts-check
import assert from 'node:assert/strict';
import test from 'node:test';
import { makeFile } from './support/files.mjs';
import { connectRaw } from './support/sessions.mjs';

const levels = /** @type {const} */ (['debug', 'info', 'warn', 'error']);

function remember() {
  const lines = [];
  const logger = Object.fromEntries(
    levels.map((level) => [level, (message, details) => lines.push({ level, message, details })]),
  );
  const scopes = () => [...new Set(lines.map(({ message }) => /^peer-session:(\w+) /.exec(message)?.[1]))].sort();
  return { lines, logger, scopes, levels: () => new Set(lines.map(({ level }) => level)) };
}

/** A little of everything: it opens, a file arrives, one is offered, one fails, the peer talks rubbish, it closes. */
async function live(options, given = {}) {
  const party = await connectRaw({ options, ...given });
  const file = makeFile(10);
  party.peer.offer(file, 'x');
  party.session.pullFile('x');
  party.peer.transfer(file, 'x');
  await party.untilSettled(1);
  party.session.sendImage(file.blob, file.hash);
  party.session.pullFile('never');
  party.clock.advance(15_000);
  party.peer.say('garbage');
  party.session.close();
}

test('a logger alone hears of what opened, failed and closed, and of no message', async () => {
  const heard = remember();
  await live({ logger: heard.logger });
  assert.deepEqual(heard.levels(), new Set(['info', 'warn']));
  assert.deepEqual(heard.scopes(), ['session', 'transfer']);
  assert.deepEqual(
    heard.lines.map(({ message }) => message.replace(/\..*/, '.')),
    [
      'peer-session:session bob is open',
      'peer-session:transfer bob The peer did not answer.',
      'peer-session:session bob The peer sent a message that is not part of the protocol.',
      // The offer that nobody pulled.
      'peer-session:transfer bob The session was closed before the transfer was complete.',
      'peer-session:session bob is closed',
    ],
  );
});

test('level debug tells of every scope, and of each message by what it is', async () => {
  const heard = remember();
  await live({ logger: heard.logger, logLevel: 'debug' });
  assert.deepEqual(heard.scopes(), ['channel', 'session', 'signal', 'transfer', 'wire']);
  const wire = heard.lines.filter(({ message }) => message.startsWith('peer-session:wire '));
  assert.deepEqual(
    wire
      .slice(0, 5)
      .map(({ message, details }) => [message, typeof details === 'string' ? JSON.parse(details).type : details]),
    [
      ['peer-session:wire bob out', 'hello'],
      ['peer-session:wire bob in', 'offer-file'],
      ['peer-session:wire bob out', 'pull-request'],
      ['peer-session:wire bob in', 'meta'],
      ['peer-session:wire bob in', { bytes: 10 }],
    ],
  );
});

for (const [logLevel, told] of /** @type {const} */ ([
  ['info', ['info', 'warn']],
  ['warn', ['warn']],
  ['error', []],
  ['silent', []],
])) {
  test(`level ${logLevel} tells ${told.join(' and ') || 'nothing'}`, async () => {
    const heard = remember();
    await live({ logger: heard.logger, logLevel });
    assert.deepEqual([...heard.levels()].sort(), told);
  });
}

for (const [debug, told] of /** @type {const} */ ([
  ['peer-session:*', ['channel', 'session', 'signal', 'transfer', 'wire']],
  ['*', ['channel', 'session', 'signal', 'transfer', 'wire']],
  ['peer-session:wire', ['wire']],
  ['express:*, peer-session:signal peer-session:channel', ['channel', 'signal']],
  ['*,-peer-session:wire,-peer-session:sig*', ['channel', 'session', 'transfer']],
  ['express:*', []],
  ['', []],
])) {
  test(`the filter "${debug}" tells the debug lines of ${told.join(', ') || 'no scope'}`, async () => {
    const heard = remember();
    await live({ logger: { debug: heard.logger['debug'] }, debug });
    // Nothing of the session's own is below info.
    assert.deepEqual(
      heard.scopes(),
      told.filter((scope) => scope !== 'session'),
    );
  });
}

test('a filter narrows level debug, and silent outdoes a filter', async () => {
  const heard = remember();
  await live({ logger: { debug: heard.logger['debug'] }, logLevel: 'debug', debug: 'peer-session:wire' });
  assert.deepEqual(heard.scopes(), ['wire']);
  const unheard = remember();
  await live({ logger: unheard.logger, logLevel: 'silent', debug: '*' });
  assert.deepEqual(unheard.lines, []);
});

test('asking for lines without naming a logger prints them on the console, and a null filter asks for none', async (t) => {
  const printed = Object.fromEntries(levels.map((level) => [level, t.mock.method(console, level, () => {})]));
  await live({ debug: null });
  assert.deepEqual(
    levels.map((level) => printed[level]?.mock.callCount()),
    [0, 0, 0, 0],
  );
  await live({ logLevel: 'warn' });
  assert.ok((printed['warn']?.mock.callCount() ?? 0) > 0);
  assert.equal(printed['debug']?.mock.callCount(), 0);
  await live({ debug: 'peer-session:wire' });
  assert.ok((printed['debug']?.mock.callCount() ?? 0) > 0);
});

test('what a peer says cannot forge lines, hide text or fill the log', async () => {
  const heard = remember();
  const party = await connectRaw({
    peerId: 'bob\n%s\u001b[31m',
    options: { logger: heard.logger, debug: 'peer-session:wire' },
  });
  party.peer.say('{"type":"ping"}\r\nforged \u001b[2J\u202E line', 'x'.repeat(100_000));
  for (const { message, details } of heard.lines) {
    assert.doesNotMatch(message, /[\p{Cc}\p{Cf}%]/u);
    if (typeof details !== 'string') continue;
    assert.doesNotMatch(details, /[\p{Cc}\p{Cf}]/u);
    assert.ok(details.length <= 1000);
  }
  assert.ok(heard.lines.some(({ details }) => typeof details === 'string' && details.includes('forged')));
  party.session.close();
});

test('a scope that was not asked for stays silent, and onWireMessage goes on as ever', async () => {
  const seen = [];
  const heard = remember();
  await live({
    logger: heard.logger,
    debug: 'peer-session:signal',
    onWireMessage: (direction, message) => seen.push([direction, message]),
  });
  assert.ok(seen.length > 3);
  assert.ok(!heard.scopes().includes('wire'));
});

test('a level that is none is refused by name', async () => {
  await assert.rejects(connectRaw({ options: { logLevel: 'loud' } }), {
    name: 'TypeError',
    message: 'options.logLevel must be one of debug, info, warn, error, silent, not loud',
  });
});
