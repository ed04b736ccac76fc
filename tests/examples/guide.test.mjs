// Code in the documentation is a part of an example, so that it compiles and runs as long as the examples do.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (...path) => readFileSync(join(repository, ...path), 'utf8');

/** Whole lines without indentation, or what a comment begins them with, so that a part of a function counts as what it is. */
const normalized = (text) =>
  `\n${text
    .replace(/^ \*(?: |$)/gm, '')
    .replace(/^[ \t]+/gm, '')
    .trim()}\n`;

const examples = readdirSync(join(repository, 'examples'), { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(ts|html|mjs)$/.test(name))
  .map((name) => normalized(textOf('examples', name)));

const within = (folder, ending) =>
  readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

const isCode = /^(?: \*)? *```(?:ts|js|html)\n([\s\S]*?)^(?: \*)? *```$/gm;
const pages = ['README.md', 'docs/errors.md', ...within('docs/guide', '.md'), ...within('js-glue/src', '.ts')].filter(
  (page) => textOf(page).match(isCode),
);

for (const page of pages) {
  test(`${page}: each block of code is a part of an example`, () => {
    for (const [, code] of textOf(page).matchAll(isCode)) {
      assert.ok(
        examples.some((example) => example.includes(normalized(code))),
        `not in examples/:\n${code}`,
      );
    }
  });
}
