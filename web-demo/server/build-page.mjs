import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const DEMO = fileURLToPath(new URL('../', import.meta.url));
const PACKAGE_DIST = path.join(DEMO, '../dist');
const BUILT_INDEX = path.join(DEMO, 'dist/index.html');
// Everything the built page is made from; the package's own build is an input like any other.
const INPUTS = ['index.html', 'vite.config.mjs', 'src', 'offline', 'shared', 'public', 'server/csp.mjs'].map((name) =>
  path.join(DEMO, name),
);

/** Builds the page when it is missing or older than what it is made from. Returns whether it had to. */
export async function buildPageIfStale() {
  const built = await modifiedAt(BUILT_INDEX);
  if (built > 0 && built >= (await newest([...INPUTS, PACKAGE_DIST]))) return false;
  if ((await modifiedAt(PACKAGE_DIST)) === 0) {
    throw new Error('The package is not built yet. Run "npm run build" first, or "npm start", which does it for you.');
  }
  const { build } = await import('vite');
  await build({ configFile: path.join(DEMO, 'vite.config.mjs'), logLevel: 'warn' });
  return true;
}

async function newest(paths) {
  const times = await Promise.all(
    paths.map(async (entry) => {
      const own = await modifiedAt(entry);
      const names = await readdir(entry).catch(() => []);
      return names.length === 0 ? own : Math.max(own, await newest(names.map((name) => path.join(entry, name))));
    }),
  );
  return Math.max(0, ...times);
}

async function modifiedAt(file) {
  try {
    return (await stat(file)).mtimeMs;
  } catch {
    return 0;
  }
}
