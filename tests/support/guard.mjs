// Outlives the test that started it by a moment: when the pipe from it ends, for whatever reason, the processes whose
// numbers came through it are killed with their groups, and the folder is removed, if one was given.
import { rmSync } from 'node:fs';
import { text } from 'node:stream/consumers';

const pids = (await text(process.stdin)).split('\n').filter((line) => line !== '');
for (const pid of pids.map(Number)) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
const folder = process.argv[2];
// What was killed may still be writing for a moment.
if (folder) rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
