// @ts-check
import { readFile } from 'node:fs/promises';

/** The engine's inputs as the glue numbers them, from its source: the package keeps them to itself. */
export async function inputNames() {
  const source = await readFile(new URL('../../js-glue/src/engine/inputs.ts', import.meta.url), 'utf8');
  const [, list = ''] = /const names = \[([^\]]*)\]/.exec(source) ?? [];
  return [...list.matchAll(/'(\w+)'/g)].map(([, name]) => name);
}
