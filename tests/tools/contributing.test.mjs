// What CONTRIBUTING.md says a command installs is what the command installs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { requirements } from '../../tools/setup/requirements.mjs';

const textOf = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const section = /### What they install\n([^]*?)\n## /.exec(textOf('CONTRIBUTING.md'))?.[1] ?? '';
const wordsIn = (text) => [...text.matchAll(/`([^`]+)`/g)].map(([, word]) => word);
const rows = [...section.matchAll(/^\| (`npm.*?) \| (.*) \|$/gm)].map(([, commands, packages]) => ({
  commands: wordsIn(commands),
  packages,
}));

const packagesOf = (kinds) => new Set(kinds.flatMap((kind) => requirements[kind].map(({ debian }) => debian())));
const always = packagesOf(['build']);

/** The kinds of work that a command's tool sets up for; `npm test` alone has two answers. */
function kindsOf(command) {
  const tool = /^npm (?:run )?(\S+)/.exec(command)?.[1] ?? '';
  const source = textOf(`tools/${{ 'test:mutants': 'mutants', 'build:demo': 'build-demo' }[tool] ?? tool}.mjs`);
  const known = new Set(Object.keys(requirements));
  const setUps = [...source.matchAll(/setUp\((.*)\)/g)].map(([, list]) => [
    ...new Set([...list.matchAll(/'(\w+)'/g)].map(([, word]) => word).filter((word) => known.has(word))),
  ]);
  const kinds = setUps.at(-1) ?? [];
  return tool === 'test' && !command.includes('asan') ? kinds.filter((kind) => kind !== 'sanitize') : kinds;
}

test('the table has each command that sets something up', () => {
  const commands = rows.flatMap((row) => row.commands).map((command) => command.replace(/^npm (?:run )?/, ''));
  const tools = Object.entries(JSON.parse(textOf('package.json')).scripts)
    .filter(([name, script]) => !name.startsWith('pre') && textOf(script.replace('node ', '')).includes('setUp'))
    .map(([name]) => name);
  assert.deepEqual([...new Set(commands.map((command) => command.split(' ')[0]))].sort(), tools.sort());
});

for (const { commands, packages } of rows) {
  for (const command of commands) {
    test(`${command} installs what CONTRIBUTING.md says`, () => {
      const ofTests = packages.includes('those of `npm test`') ? [...packagesOf(['test'])] : [];
      const said = new Set([...ofTests, ...wordsIn(packages).filter((word) => !word.startsWith('npm'))]);
      const needed = [...packagesOf(kindsOf(command))].filter((name) => !always.has(name));
      assert.deepEqual([...said].sort(), needed.sort());
    });
  }
}

test('what every command installs is named too', () => {
  const before = section.slice(0, section.indexOf('| command'));
  for (const name of always) assert.ok(wordsIn(before).includes(name), name);
});
