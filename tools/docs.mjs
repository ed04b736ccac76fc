// npm run docs: the reference of the package (TypeDoc) and of the engine (Doxygen), and the guide, as pages in build/docs; and the
// pictures of states in docs/architecture.md, which are drawn from the engine's tables.
// Fails when a public member has no comment or a link leads nowhere. `-- --only api` or `-- --only engine` makes one half.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPreset } from './build/cmake.mjs';
import { makeApiPages } from './docs/api.mjs';
import { makeEnginePages } from './docs/engine.mjs';
import { indexPage } from './docs/index-page.mjs';
import { checkLinks } from './docs/links.mjs';
import { writeStates } from './docs/states.mjs';
import { runAsCommand, setUp } from './setup.mjs';
import { buildFolder } from './setup/paths.mjs';
import { Remedy } from './setup/process.mjs';

const folder = join(buildFolder, 'docs');

const parts = {
  // The package's sources import the engine's declarations, which its build writes.
  api: async (environment) => (await buildPreset('wasm-release', environment)) && makeApiPages(join(folder, 'api')),
  engine: () => makeEnginePages(join(folder, 'engine')),
};

await runAsCommand(async () => {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const chosen = values.only === undefined ? Object.keys(parts) : [values.only];
  if (chosen.some((name) => !Object.hasOwn(parts, name))) {
    throw new Remedy(`usage: npm run docs -- --only ${Object.keys(parts).join('|')}`);
  }
  const environment = await setUp(['build', ...(chosen.includes('engine') ? /** @type {const} */ (['docs']) : [])]);
  mkdirSync(folder, { recursive: true });

  writeStates();
  const broken = checkLinks();
  for (const complaint of broken) process.stderr.write(`${complaint}\n`);
  let ok = broken.length === 0;
  for (const name of chosen) {
    rmSync(join(folder, name), { recursive: true, force: true });
    const made = await parts[name](environment);
    process.stdout.write(`${made ? 'ok    ' : 'FAILED'}  ${name}\n`);
    ok &&= made;
  }
  writeFileSync(join(folder, 'index.html'), indexPage());
  if (ok) process.stdout.write(`${join(folder, 'index.html')}\n`);
  return ok ? 0 : 1;
});
