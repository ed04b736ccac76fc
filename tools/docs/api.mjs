import { join } from 'node:path';
import { nodeModules, repository } from '../setup/paths.mjs';
import { runShown } from '../setup/process.mjs';

/** What typedoc.json says, into this folder; resolves with whether there was nothing to complain about. */
export async function makeApiPages(folder) {
  const typedoc = join(nodeModules, 'typedoc', 'bin', 'typedoc');
  return (
    (await runShown(process.execPath, [typedoc, '--logLevel', 'Warn', '--out', folder], { cwd: repository })) === 0
  );
}
