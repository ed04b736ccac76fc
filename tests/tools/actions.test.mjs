// @ts-check
// The engine's actions are made in C++ and typed in TypeScript; neither compiler sees the other's half.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { repository } from '../../tools/setup/paths.mjs';

const read = (path) => readFile(join(repository, path), 'utf8');

/** What each of the builder's methods makes, as TypeScript calls it. */
const typesOfMethods = {
  Number: 'number',
  Flag: 'boolean',
  Text: 'string',
  Texts: 'string[]',
  Object: 'FileDescription',
};

/** By kind, the fields with their types: `?` marks one that may be missing. */
function madeInCpp(source) {
  const made = new Map();
  for (const [, body] of source.matchAll(/void operator\(\)\([^)]*\) const \{([\s\S]*?)\}\n/g)) {
    const [, kind, about] = body.match(/(?:Kind|OnLane)\("(\w+)"(?:, action\.(transfer|lane))?\)/);
    const fields = about ? { [about]: 'number' } : {};
    for (const [, optional, method, name] of body.matchAll(/(if \(.*\) object)?\s*\.(\w+)\("(\w+)"/g)) {
      fields[optional ? `${name}?` : name] = typesOfMethods[method];
    }
    made.set(kind, fields);
  }
  return made;
}

function typedInTypeScript(source) {
  const typed = new Map();
  // A long one stands on several lines.
  for (const [, kind, rest] of source.replace(/\s+/g, ' ').matchAll(/\| \{ kind: '(\w+)';? ?(.*?);? ?\}/g)) {
    typed.set(
      kind,
      Object.fromEntries(
        rest
          .split('; ')
          .filter(Boolean)
          .map((field) => field.split(': ')),
      ),
    );
  }
  return typed;
}

test('the actions that the engine makes are those that the glue is typed for, field by field', async () => {
  const made = madeInCpp(await read('bindings/actions.cc'));
  const variant = /using Action =\s+std::variant<([^>]*)>/.exec(await read('wasm/include/peer_session/action.h'))?.[1];
  assert.equal(made.size, variant?.split(',').length, 'one for each of the engine');
  assert.deepEqual(typedInTypeScript(await read('js-glue/src/engine/action.ts')), made);
});
