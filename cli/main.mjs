// @ts-check
import { mkdir, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { readArguments } from './arguments.mjs';
import { linkTo } from './code.mjs';
import { Ending, exitCodes } from './exit-codes.mjs';
import { help } from './help.mjs';
import { Output } from './output.mjs';
import { Progress } from './progress.mjs';
import { loadRequirements } from './requirements.mjs';

/** What is under way may end in order, but nobody waits longer for it. */
const goodbyeMs = 2_000;

/** @typedef {Extract<import('./arguments.mjs').Wish, { command: 'send' | 'receive' }>} Task */

/**
 * Does what is asked for, and resolves with the exit code.
 *
 * @param {string[]} given
 * @param {AbortSignal} signal Of whoever interrupts it.
 */
export async function main(given, signal) {
  let output = new Output(process, false);
  try {
    const wish = readArguments(given, process.env);
    if (wish.command === 'help') output.result(help.trimEnd());
    if (wish.command === 'version') output.result(await version());
    if (wish.command !== 'send' && wish.command !== 'receive') return exitCodes.done;
    output = new Output(process, wish.quiet);
    return await (wish.command === 'send' ? send(wish, output, signal) : receive(wish, output, signal));
  } catch (error) {
    if (!(error instanceof Ending)) throw error;
    output.error(error.message);
    return error.exitCode;
  }
}

/**
 * @param {Extract<Task, { command: 'send' }>} wish
 * @param {Output} output
 * @param {AbortSignal} signal
 */
async function send(wish, output, signal) {
  const { sharedFile } = await import('./shared-file.mjs');
  const files = await Promise.all(wish.files.map(sharedFile));
  const { stay, progress } = await goTo(wish, output);
  const { Sending } = await import('./sending.mjs');
  const sending = new Sending(wish, files, { stay, output, progress });
  const begin = () => {
    stay.begin(sending, () => {
      output.result(`link: ${linkTo(wish.server, wish.code)}\ncode: ${wish.code}`);
      output.note('Waiting for somebody to open the link, or to receive by the code.');
      void sending.hashAll(signal);
    });
  };
  return untilOver(stay, begin, signal);
}

/**
 * @param {Extract<Task, { command: 'receive' }>} wish
 * @param {Output} output
 * @param {AbortSignal} signal
 */
async function receive(wish, output, signal) {
  const to = resolve(wish.to);
  await mkdir(to, { recursive: true }).catch((error) => {
    throw new Ending(exitCodes.usage, `"${wish.to}" is no folder for files (${error.code}).`);
  });
  const { stay, progress } = await goTo(wish, output);
  const { Receiving } = await import('./receiving.mjs');
  const receiving = new Receiving({ ...wish, to }, { stay, output, progress });
  const begin = () => {
    stay.begin(receiving, () => {
      if (wish.isNewCode) output.error(`link: ${linkTo(wish.server, wish.code)}`);
      output.note('Waiting for somebody to offer a file.');
    });
  };
  return untilOver(stay, begin, signal, () => receiving.settled());
}

/**
 * @param {Task} wish
 * @param {Output} output
 */
async function goTo(wish, output) {
  const tools = await loadRequirements();
  const { Stay } = await import('./stay.mjs');
  return { stay: new Stay(wish, tools, output), progress: new Progress(output) };
}

/**
 * @param {import('./stay.mjs').Stay} stay
 * @param {() => void} begin
 * @param {AbortSignal} signal
 * @param {() => Promise<void>} [settled] Resolves when nothing is being written any more.
 */
async function untilOver(stay, begin, signal, settled = async () => {}) {
  const interrupted = () => stay.end(exitCodes.interrupted);
  signal.addEventListener('abort', interrupted, { once: true });
  try {
    if (!signal.aborted) begin();
    else interrupted();
    return await stay.over;
  } finally {
    stay.close();
    await Promise.race([settled(), new Promise((resolve) => setTimeout(resolve, goodbyeMs).unref())]);
  }
}

async function version() {
  return JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')).version;
}
