import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lastLines, Remedy, runInBackground } from './process.mjs';
import { nodeModules, repository } from './paths.mjs';
import { say } from './say.mjs';

const lockFile = join(repository, 'package-lock.json');
// Inside node_modules, so that whoever deletes or replaces that folder deletes the stamp with it.
const stamp = join(nodeModules, '.installed-from');

/** Installs what package-lock.json names, unless it is there already; nothing of that is compiled here. */
export async function ensureNodePackages() {
  const wanted = createHash('sha256').update(readFileSync(lockFile)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('installing Node packages (npm ci)');
  const result = await runInBackground('npm', ['ci', '--no-audit', '--no-fund'], { cwd: repository });
  if (!result.ok)
    throw new Remedy(
      `The Node packages could not be installed; check the network and npm's registry setting, then run: npm ci\n${lastLines(result.output)}`,
    );
  writeFileSync(stamp, wanted);
}
