// Who starts with `npm create vite` (the template vanilla-ts) can copy every example, and its code in the guide, as it is.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { ConsumerProject, repository, resolveInRepository } from '../consumer/project.mjs';

// tsconfig.json of create-vite 9.3.0, as it is generated. Versions of TypeScript before 6 had to be told to be strict, and
// templates before it did so.
const template = {
  compilerOptions: {
    target: 'es2023',
    module: 'esnext',
    lib: ['ES2023', 'DOM'],
    types: ['vite/client'],
    allowArbitraryExtensions: true,
    skipLibCheck: true,

    moduleResolution: 'bundler',
    allowImportingTsExtensions: true,
    verbatimModuleSyntax: true,
    moduleDetection: 'force',
    noEmit: true,

    noUnusedLocals: true,
    noUnusedParameters: true,
    erasableSyntaxOnly: true,
    noFallthroughCasesInSwitch: true,
  },
  include: ['src'],
};
const oldTemplate = {
  ...template,
  compilerOptions: {
    ...template.compilerOptions,
    target: 'ES2022',
    lib: ['ES2022', 'DOM', 'DOM.Iterable'],
    useDefineForClassFields: true,
    strict: true,
    noUncheckedSideEffectImports: true,
  },
};

const project = new ConsumerProject();
after(() => project.remove());
const folder = join(repository, 'examples');
// Without those that need a library of others.
const examples = readdirSync(folder).filter((name) => name.endsWith('.ts') && !name.startsWith('with-'));
mkdirSync(join(project.folder, 'src'));
for (const name of examples) project.write(join('src', name), readFileSync(join(folder, name), 'utf8'));

/** The compiler's complaints; the project has Vite's types, as one with Vite installed has. */
function complaints(tsconfig) {
  const client = join(dirname(resolveInRepository('vite/package.json')), 'client.d.ts');
  const compilerOptions = { ...tsconfig.compilerOptions, types: [client] };
  project.write('tsconfig.json', JSON.stringify({ ...tsconfig, compilerOptions }));
  try {
    project.run('compile.cjs', `require(${JSON.stringify(join(repository, 'node_modules/typescript/lib/tsc.js'))})`);
    return '';
  } catch (error) {
    return error.message.slice(error.message.indexOf('\n') + 1);
  }
}

for (const [name, tsconfig] of Object.entries({ template, oldTemplate })) {
  test(`every example compiles in a new project of Vite's (${name})`, () => assert.equal(complaints(tsconfig), ''));
}

test("what these settings forbid is found, and Vite's own types are there", () => {
  project.write('src/wrong.ts', 'export const f = (unused: string, b: number): string => import.meta.env.MODE + b;');
  assert.match(complaints(template), /^src\/wrong\.ts\(1,19\): error TS6133: 'unused' is declared[^\n]*\n$/);
});
