// Resolvers that know nothing of `exports`: they take `main` or `module`, and a subpath for a folder.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import resolve from 'resolve';
import { ConsumerProject } from './project.mjs';

const project = new ConsumerProject();
after(() => project.remove());
const installed = join(project.folder, 'node_modules/peer-session');

const entries = {
  'peer-session': 'dist/index.js',
  'peer-session/lazy': 'dist/lazy.js',
  'peer-session/signed': 'dist/signed.js',
  'peer-session/transfers': 'dist/transfers.js',
  'peer-session/opfs': 'dist/opfs.js',
  'peer-session/testing': 'dist/testing.js',
  'peer-session/worker': 'dist/worker.js',
  'peer-session/package.json': 'package.json',
};
// What bundlers of that time looked at, before `main`.
const fields = {
  main: undefined,
  module: (manifest) => ({ ...manifest, main: manifest.module ?? manifest.main }),
};

for (const [field, packageFilter] of Object.entries(fields)) {
  for (const [specifier, file] of Object.entries(entries)) {
    test(`"resolve" finds ${specifier} by ${field}, and it is what \`exports\` names`, async () => {
      const found = resolve.sync(specifier, { basedir: project.folder, packageFilter });
      assert.equal(relative(installed, found), file);
      const today = createRequire(join(project.folder, 'application.mjs')).resolve(specifier);
      assert.equal(found, today);
    });
  }
}
