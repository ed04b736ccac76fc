import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../setup/paths.mjs';
import { runShown } from '../setup/process.mjs';

/** What the Doxyfile says, into this folder; resolves with whether there was nothing to complain about. */
export async function makeEnginePages(folder) {
  mkdirSync(folder, { recursive: true });
  const settings = join(folder, 'Doxyfile');
  const common = readFileSync(join(repository, 'Doxyfile'), 'utf8');
  writeFileSync(settings, `${common}\nOUTPUT_DIRECTORY = "${folder}"\n`);
  return (await runShown('doxygen', [settings], { cwd: repository })) === 0;
}
