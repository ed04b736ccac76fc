import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { toolchain } from './paths.mjs';
import { say } from './say.mjs';

const path = join(toolchain, 'setup.lock');

/** Two commands started at once in one clone must not install over each other: the second waits for the first. */
export async function withLock(action) {
  mkdirSync(toolchain, { recursive: true });
  for (let said = false; !acquire(); said = true) {
    if (!said) say('waiting for another set-up in this clone');
    await sleep(200);
  }
  try {
    return await action();
  } finally {
    rmSync(path, { force: true });
  }
}

function acquire() {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (!ownerIsAlive()) rmSync(path, { force: true });
    return false;
  }
}

function ownerIsAlive() {
  try {
    const owner = Number(readFileSync(path, 'utf8'));
    if (!Number.isInteger(owner) || owner <= 0) return true; // Created a moment ago, not yet written.
    process.kill(owner, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
