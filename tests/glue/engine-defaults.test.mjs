// @ts-check
// The page of the worker entry has no engine to ask for its defaults.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { transform } from 'esbuild';
import { engineBinary, engineScript } from '../../tools/build/engine-files.mjs';

async function defaultsOfThePage() {
  const source = readFileSync(new URL('../../js-glue/src/remote/defaults.ts', import.meta.url), 'utf8');
  const { code } = await transform(source, { loader: 'ts', format: 'esm' });
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)).engineDefaults;
}

async function defaultsOfTheEngine() {
  const { default: createEngine } = await import(pathToFileURL(engineScript).href);
  const wasm = new WebAssembly.Module(readFileSync(engineBinary));
  return createEngine({
    instantiateWasm: (imports, receive) => receive(new WebAssembly.Instance(wasm, imports)),
  }).defaultOptions();
}

test('the defaults that the worker entry knows are those of the engine', async () => {
  assert.deepEqual(await defaultsOfThePage(), await defaultsOfTheEngine());
});
