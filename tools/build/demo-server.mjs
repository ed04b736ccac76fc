import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../setup/paths.mjs';

const demo = join(repository, 'web-demo');

/**
 * Makes the folder that is deployed: `main.mjs`, which needs Node and no package, the built page beside it, and what an operator
 * puts elsewhere. What is in the folder already goes.
 */
export async function bundleDemoServer(folder) {
  const { build } = await import('esbuild');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: repository,
    entryPoints: [join(demo, 'server', 'deployed.mjs')],
    outfile: join(folder, 'main.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    // What ws would use if somebody had installed it.
    external: ['bufferutil', 'utf-8-validate'],
    // Some packages ask for Node's own by require(), which an ES module has to make for itself.
    banner: {
      js: "import { createRequire as makeRequire } from 'node:module';\nconst require = makeRequire(import.meta.url);",
    },
  });
  await cp(join(demo, 'dist'), join(folder, 'page'), { recursive: true });
  await cp(join(demo, 'deploy'), join(folder, 'deploy'), { recursive: true });
  await cp(join(repository, 'LICENSE'), join(folder, 'LICENSE'));
  await writeFile(join(folder, 'THIRD-PARTY-LICENSES.txt'), await licensesOf(Object.keys(metafile.inputs)));
}

/** Of the packages that these files are from. One without a text says in its package.json what its license is. */
async function licensesOf(files) {
  const names = files.flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
  const texts = await Promise.all(
    [...new Set(names)].sort().map(async (name) => {
      const folder = join(repository, 'node_modules', name);
      const { version, license, author } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
      const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
      const by = typeof author === 'string' ? author : author?.name;
      const text = file ? await readFile(join(folder, file), 'utf8') : `License: ${license}${by ? `, by ${by}` : ''}`;
      return `${name} ${version}\n\n${text.trim()}\n`;
    }),
  );
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
