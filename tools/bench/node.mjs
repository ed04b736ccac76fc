// Our own cost in Node, each measurement in a process of its own.
import { join } from 'node:path';
import { repository } from '../setup/paths.mjs';
import { runCaptured } from '../setup/process.mjs';

function run(name, quick) {
  const script = join(repository, 'tests', 'bench', 'node', `${name}.mjs`);
  const result = runCaptured(process.execPath, ['--expose-gc', script, ...(quick ? ['--quick'] : [])], {
    cwd: repository,
  });
  if (!result.ok) throw new Error(`${name}: ${result.output}`);
  return JSON.parse(result.stdout);
}

export async function measureNode({ quick }) {
  return {
    cost: run('engine-cost', quick),
    sendImage: run('send-image', quick),
    sessions: run('sessions', quick),
    memory: run('memory', quick),
  };
}
