import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { mainArchives } from '../../tools/setup/apt-sources.mjs';

const folder = mkdtempSync(join(tmpdir(), 'apt-sources-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function archivesOf(files) {
  const apt = mkdtempSync(join(folder, 'apt-'));
  mkdirSync(join(apt, 'sources.list.d'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(apt, name), text);
  return mainArchives(apt);
}

test('the mirror is read from a deb822 file, with its key', () => {
  const text = `# a comment
Types: deb
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/example.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`;
  assert.deepEqual(archivesOf({ 'sources.list.d/debian.sources': text }), [
    { uri: 'http://mirror.example/debian', signedBy: '/usr/share/keyrings/example.gpg' },
  ]);
});

test('the mirror is read from a one-line list, options or not', () => {
  const text = `deb [arch=amd64 signed-by=/keys/one.gpg] http://one.example/debian/ bookworm main # why
deb http://two.example/debian bookworm main non-free
deb-src http://three.example/debian bookworm main
# deb http://four.example/debian bookworm main
`;
  assert.deepEqual(archivesOf({ 'sources.list': text }), [
    { uri: 'http://one.example/debian/', signedBy: '/keys/one.gpg' },
    { uri: 'http://two.example/debian', signedBy: undefined },
  ]);
});

test('third parties, security updates, disabled and repeated entries are left out', () => {
  const archives = archivesOf({
    'sources.list':
      'deb http://mirror.example/debian bookworm main\ndeb http://mirror.example/debian-security bookworm-security main\n',
    'sources.list.d/more.list':
      'deb http://mirror.example/debian bookworm main\ndeb http://other.example/linux bookworm main\n',
    'sources.list.d/off.sources':
      'Types: deb\nEnabled: no\nURIs: http://off.example/debian\nSuites: bookworm\nComponents: main\n',
    'sources.list.d/old.list.save': 'deb http://saved.example/debian bookworm main\n',
  });
  assert.deepEqual(archives, [{ uri: 'http://mirror.example/debian', signedBy: undefined }]);
});

test('a key pasted into the file is not taken for a path', () => {
  const text =
    'Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n';
  assert.equal(archivesOf({ 'sources.list.d/debian.sources': text })[0]?.signedBy, undefined);
});
