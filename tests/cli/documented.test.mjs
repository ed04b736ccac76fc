// @ts-check
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readArguments } from '../../cli/arguments.mjs';
import { exitCodes } from '../../cli/exit-codes.mjs';
import { help } from '../../cli/help.mjs';

const guide = readFileSync(new URL('../../docs/guide/command-line.md', import.meta.url), 'utf8');
const optionsIn = (text) => [...new Set(text.match(/(?<=[\s`])--[a-z]+/g))].sort();

test('the guide has every option that the help has, and each is one', () => {
  const options = optionsIn(help);
  assert.ok(options.length > 8);
  assert.deepEqual(optionsIn(/## Options\n([^]*?)\n## /.exec(guide)?.[1]), options);
  for (const option of options) {
    const takesIt = (command) => {
      try {
        readArguments([...command, `${option}=1`], {});
        return true;
      } catch (error) {
        return !/Unknown option/.test(error.message);
      }
    };
    assert.ok(option === '--version' || takesIt(['send', 'x']) || takesIt(['receive']), option);
  }
});

test('guide and help have every exit code', () => {
  const codes = Object.values(exitCodes);
  assert.deepEqual(
    Array.from(guide.matchAll(/^\| (\d+) \|/gm), ([, code]) => Number(code)),
    codes,
  );
  for (const code of codes) assert.match(help, new RegExp(`Exit codes:[^]*\\b${code} [a-z]`));
});
