// Code in the documentation is a part of an example, so that it compiles and runs as long as the examples do.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (...path) => readFileSync(join(repository, ...path), 'utf8');

/** Whole lines without indentation, so that a part of a function counts as what it is. */
const normalized = (text) => `\n${text.replace(/^[ \t]+/gm, '').trim()}\n`;

const examples = readdirSync(join(repository, 'examples'))
  .filter((name) => /\.(ts|html)$/.test(name))
  .map((name) => normalized(textOf('examples', name)));

const pages = ['README.md', ...readdirSync(join(repository, 'docs/guide')).map((name) => `docs/guide/${name}`)];

for (const page of pages) {
  test(`${page}: each block of code is a part of an example`, () => {
    for (const [, code] of textOf(page).matchAll(/^ *```(?:ts|js|html)\n([\s\S]*?)^ *```$/gm)) {
      assert.ok(
        examples.some((example) => example.includes(normalized(code))),
        `not in examples/:\n${code}`,
      );
    }
  });
}
