import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../../web-demo/src/', import.meta.url));

/** A module of the page that needs no page, as Node can have it. */
export async function pageModule(name) {
  const { outputFiles } = await build({
    entryPoints: [`${SOURCES}${name}`],
    bundle: true,
    format: 'esm',
    write: false,
    logLevel: 'error',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
