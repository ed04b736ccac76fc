// The page's texts, as a browser with that setting would get them.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const CURRENT = fileURLToPath(new URL('../../web-demo/src/texts/current.ts', import.meta.url));

/** @returns {Promise<Record<string, any>>} */
export async function textsFor(...languages) {
  const { outputFiles } = await build({
    entryPoints: [CURRENT],
    bundle: true,
    write: false,
    format: 'esm',
    define: { 'navigator.languages': JSON.stringify(languages) },
  });
  const code = Buffer.from(outputFiles[0].contents).toString('base64');
  return (await import(`data:text/javascript;base64,${code}`)).texts;
}
