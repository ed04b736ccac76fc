// The planted faults: tests/mutants/NAME.patch, one for each row of the table in docs/reliability.md.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { repository } from '../setup/paths.mjs';
import { runCaptured } from '../setup/process.mjs';

export const patchFolder = join(repository, 'tests', 'mutants');
const page = join(repository, 'docs', 'reliability.md');

export function mutantNames(folder = patchFolder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.patch'))
    .map((name) => basename(name, '.patch'))
    .sort();
}

/** The files that a mutant changes. */
export function patchedFiles(name) {
  return hunksOf(readPatch(name, patchFolder)).map(({ file }) => file);
}

/** What is wrong with the patches or with the table. */
export function complaintsAboutMutants({
  folder = patchFolder,
  sources = repository,
  table = readFileSync(page, 'utf8'),
} = {}) {
  const names = mutantNames(folder);
  const rows = namesInTable(table);
  return [
    ...names.filter((name) => !rows.includes(name)).map((name) => `${name}: no row in docs/reliability.md`),
    ...rows.filter((name) => !names.includes(name)).map((name) => `${name}: a row, and no patch`),
    ...rows.filter((name, index) => rows.indexOf(name) !== index).map((name) => `${name}: two rows`),
    ...names.flatMap((name) => complaintsAboutPatch(name, folder, sources)),
  ];
}

function complaintsAboutPatch(name, folder, sources) {
  const patch = readPatch(name, folder);
  const complaints = [];
  if (!/^(?!diff )\w.*\.\n+diff --git /.test(patch))
    complaints.push(`${name}: does not begin with a sentence that says which promise it breaks`);
  const applied = runCaptured('git', ['apply', '--check', join(folder, `${name}.patch`)], { cwd: sources });
  if (!applied.ok) return [...complaints, `${name}: no longer applies: ${applied.output.split('\n')[0]}`];
  // git takes the nearest of several places, and which one that is changes with every line above.
  for (const { file, before } of hunksOf(patch)) {
    const places = `\n${readFileSync(join(sources, file), 'utf8')}`.split(`\n${before}`).length - 1;
    if (places !== 1) complaints.push(`${name}: fits in ${places} places of ${file}; give it more context`);
  }
  return complaints;
}

function namesInTable(text) {
  const table = /^\| mutant \|.*\n\|[-|]+\n((?:\|.*\n)*)/m.exec(text)?.[1] ?? '';
  return [...table.matchAll(/^\| (\S+) \|/gm)].map(([, name]) => name);
}

function readPatch(name, folder) {
  return readFileSync(join(folder, `${name}.patch`), 'utf8');
}

/** Each hunk's file, and the text that it expects there. */
function hunksOf(patch) {
  return patch.split(/^(?=diff --git )/m).flatMap((part) => {
    const file = /^--- \w\/(.*)$/m.exec(part)?.[1];
    return part
      .split(/^@@.*\n/m)
      .slice(1)
      .map((hunk) => ({ file, before: hunk.replace(/^\+.*\n/gm, '').replace(/^[ -]/gm, '') }));
  });
}
