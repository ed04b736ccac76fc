// Parts of the page that a test looks at without a page.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const SOURCES = fileURLToPath(new URL('../../web-demo/src/', import.meta.url));

/** A module of the page, as a browser with these languages would have it. */
export async function moduleOfPage(name, languages = ['en']) {
  const { outputFiles } = await build({
    entryPoints: [SOURCES + name],
    bundle: true,
    write: false,
    format: 'esm',
    define: { 'navigator.languages': JSON.stringify(languages) },
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return import(`data:text/javascript;base64,${code}`);
}

/** @returns {Promise<Record<string, any>>} */
export const textsFor = async (...languages) => (await moduleOfPage('texts/current.ts', languages)).texts;
