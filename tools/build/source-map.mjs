import { readFile, writeFile } from 'node:fs/promises';

const notOurs = /^engine-|\/node_modules\//;

/**
 * Leaves out what no debugger can show, the engine's bytes as text, and marks what others wrote as not worth stepping into.
 * Each source keeps some content: bundlers that follow maps warn about files they cannot find.
 */
export async function tidySourceMap(path) {
  const map = JSON.parse(await readFile(path, 'utf8'));
  map.sourcesContent = map.sourcesContent.map((content, index) =>
    map.sources[index].startsWith('engine-wasm:') ? '// The content of engine.wasm, as text.\n' : content,
  );
  map.ignoreList = map.sources.flatMap((source, index) => (notOurs.test(source) ? [index] : []));
  await writeFile(path, JSON.stringify(map));
}
