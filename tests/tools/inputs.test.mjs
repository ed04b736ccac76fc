// @ts-check
// The glue tells the engine its inputs by number; neither compiler sees the other's half.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { repository } from '../../tools/setup/paths.mjs';
import { inputNames } from '../support/engine-inputs.mjs';

const read = (path) => readFile(join(repository, path), 'utf8');

test('each input has the same number in C++ and in TypeScript, and all have one', async () => {
  const [, list = ''] = /enum class Input[^{]*\{([^}]*)\}/.exec(await read('bindings/embind.cc')) ?? [];
  const numbered = [...list.matchAll(/k(\w)(\w*)/g)].map(([, first, rest]) => first.toLowerCase() + rest);
  const names = await inputNames();
  assert.deepEqual(names, numbered);
  const [, typed = ''] =
    /interface EngineInputs \{(.*?)\n\}/s.exec(await read('js-glue/src/engine/engine-module.ts')) ?? [];
  assert.deepEqual(
    names,
    [...typed.matchAll(/^ {2}(\w+):/gm)].map(([, name]) => name),
  );
});

test('no input is told more than two numbers and flags, and one value that is neither', async () => {
  const source = await read('js-glue/src/engine/engine-module.ts');
  const [, typed = ''] = /interface EngineInputs \{(.*?)\n\}/s.exec(source) ?? [];
  for (const [, name, tuple] of typed.matchAll(/^ {2}(\w+): \[(.*)\];$/gm)) {
    const types = tuple
      .split(', ')
      .filter(Boolean)
      .map((part) => part.split(': ')[1]);
    const told = types.filter((type) => type === 'number' || type === 'boolean').length;
    assert.ok(told <= 2 && types.length - told <= 1, name);
  }
});
