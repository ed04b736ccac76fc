// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../../cli/peer-session.mjs', import.meta.url));

/** A folder that is there until the test ends. */
export function folder(t) {
  const path = mkdtempSync(join(tmpdir(), 'peer-session-cli-'));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** The command as a person starts it, but that its output is no terminal; killed with the test at the latest. */
export class Command {
  stdout = '';
  stderr = '';
  #waiting = new Set();

  /**
   * @param {import('node:test').TestContext} t
   * @param {string[]} args
   * @param {Record<string, string>} [environment]
   */
  constructor(t, args, environment = {}) {
    const env = { ...process.env, PEER_SESSION_SERVER: '', DEBUG: '', ...environment };
    this.child = spawn(process.execPath, [script, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    t.after(() => this.child.kill('SIGKILL'));
    for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
      this.child[name].setEncoding('utf8').on('data', (text) => {
        this[name] += text;
        for (const look of this.#waiting) look();
      });
    }
    /** What it exits with: its code, or the signal that ended it. */
    this.exit = once(this.child, 'close').then(([code, signal]) => {
      for (const look of this.#waiting) look(true);
      return signal ?? code;
    });
  }

  /**
   * Resolves with what it has said, once it has.
   *
   * @param {RegExp} pattern
   * @returns {Promise<RegExpExecArray>}
   */
  said(pattern) {
    return new Promise((resolve, reject) => {
      const look = (isOver = false) => {
        const match = pattern.exec(this.stdout) ?? pattern.exec(this.stderr);
        if (match) resolve(match);
        else if (isOver) reject(new Error(`It never said ${pattern}, but:\n${this.stdout}\n${this.stderr}`));
        if (match || isOver) this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** @param {NodeJS.Signals} signal */
  kill(signal) {
    this.child.kill(signal);
  }
}

/** Who sends, and the code that others receive by. */
export async function sending(t, server, files, options = [], environment = {}) {
  const command = new Command(t, ['send', '--server', server.url, '--ice', 'none', ...options, ...files], environment);
  const [, link] = await command.said(/^link: (.+)$/m);
  const [, code] = await command.said(/^code: (.+)$/m);
  return { command, link, code };
}

/** Who receives by that code, into that folder. */
export function receiving(t, server, code, to, options = [], environment = {}) {
  return new Command(
    t,
    ['receive', '--server', server.url, '--ice', 'none', ...options, '--to', to, code],
    environment,
  );
}
