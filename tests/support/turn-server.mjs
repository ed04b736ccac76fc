// @ts-check
// Debian's coturn, on this machine alone, with short-lived credentials.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const executable = process.env.TURNSERVER ?? '/usr/bin/turnserver';
const guard = fileURLToPath(new URL('guard.mjs', import.meta.url));

/** For one test. `start` begins it, again after `stop` too: on the same port, and maybe with another secret. */
export class TurnServer {
  /** What it has said. @type {string[]} */
  log = [];
  /** @type {Set<(line: string) => void>} */
  #looking = new Set();
  #folder = '';
  #port = 0;
  /** @type {(() => Promise<void>) | undefined} */
  #end;

  /** @param {import('node:test').TestContext} t */
  static async for(t, secret = 'what only the servers know') {
    assert.ok(existsSync(executable), `These tests need coturn at ${executable}; TURNSERVER may name another.`);
    const server = new TurnServer();
    server.#folder = await mkdtemp(join(tmpdir(), 'peer-session-turn-'));
    t.after(async () => {
      await server.stop();
      await rm(server.#folder, { recursive: true, force: true });
    });
    server.#port = await freePort();
    await server.start(secret);
    return server;
  }

  get url() {
    return `turn:127.0.0.1:${this.#port}?transport=udp`;
  }

  /** @param {string} secret */
  async start(secret) {
    this.secret = secret;
    const config = join(this.#folder, 'turnserver.conf');
    await writeFile(
      config,
      [
        ...['listening-ip=127.0.0.1', 'relay-ip=127.0.0.1', `listening-port=${this.#port}`],
        ...['min-port=49152', 'max-port=65535', 'realm=peer-session.test', 'fingerprint'],
        ...['use-auth-secret', `static-auth-secret=${secret}`, 'allow-loopback-peers'],
        ...['no-tls', 'no-dtls', 'no-cli', 'log-file=stdout', 'simple-log', 'verbose'],
        ...[`userdb=${join(this.#folder, 'turndb')}`, `pidfile=${join(this.#folder, 'pid')}`, ''],
      ].join('\n'),
    );
    // In a process group of its own, which the guard ends even if this process dies.
    const child = spawn(executable, ['-c', config], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
    const watch = spawn(process.execPath, [guard], { detached: true, stdio: ['pipe', 'inherit', 'inherit'] });
    watch.stdin.write(`${child.pid}\n`);
    const gone = Promise.all([once(child, 'exit'), once(watch, 'exit')]);
    this.#end = async () => {
      watch.stdin.end();
      await gone;
    };
    await new Promise((resolve, reject) => {
      child.once('exit', (code) => reject(new Error(`coturn ended (${code}): ${this.log.slice(-20).join('\n')}`)));
      createInterface(child.stdout).on('line', (line) => {
        this.log.push(line);
        for (const look of this.#looking) look(line);
        if (line.includes('UDP listener opened')) resolve(undefined);
      });
    });
  }

  /**
   * Resolves with the first line it says, or has said, that is one of these.
   *
   * @param {RegExp} pattern
   * @returns {Promise<string>}
   */
  async untilLog(pattern) {
    const said = this.log.find((line) => pattern.test(line));
    if (said !== undefined) return said;
    return new Promise((resolve) => {
      const look = (/** @type {string} */ line) => {
        if (!pattern.test(line)) return;
        this.#looking.delete(look);
        resolve(line);
      };
      this.#looking.add(look);
    });
  }

  async stop() {
    await this.#end?.();
    this.#end = undefined;
  }
}

/** Free for UDP; nobody is likely to take it within the moment. */
async function freePort() {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}
