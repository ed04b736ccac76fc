// Debian 12's own Emscripten is too old, but Debian 12 has the compiler (clang-19) that Debian 13's Emscripten uses.
// So the scripts and libraries come from Debian 13, unpacked into the git-ignored .toolchain/, never installed.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { mainArchives } from './apt-sources.mjs';
import { installPackages } from './debian.mjs';
import { findProgram, lastLines, Remedy, runCaptured } from './process.mjs';
import { toolchain } from './paths.mjs';
import { say } from './say.mjs';

const suite = 'trixie';
const downloads = ['emscripten', 'binaryen', 'libc6', 'libstdc++6', 'libgcc-s1'];
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';
const workPrefix = 'unpacking-';
const home = join(toolchain, 'emscripten');
const scripts = join(home, 'usr', 'share', 'emscripten');

// Threads, position-independent code, most of OpenGL and Emscripten's own tests: most of 1.7 GB, and nothing here uses them.
const unneeded = [
  './usr/share/doc',
  './usr/share/man',
  './usr/share/emscripten/test',
  './usr/share/emscripten/docs',
  '*-mt.a',
  '*-mt-*.a',
  '*-ww.a',
  '*-ww-*.a',
  '*/pic',
  '*/lto-pic',
  'libGL-emu*.a',
  'libGL-full*.a',
  'libGL-ofb*.a',
  'libGL-webgl2*.a',
  'libwebgpu*.a',
  'libwasmfs*.a',
];

export function bookwormEmscripten() {
  installCompiler();
  if (!existsSync(home)) unpackEmscripten();
  writeConfiguration();
  return join(scripts, 'emcc');
}

/** True when a previous set-up already unpacked it (it is renamed into place only when complete). */
export const bookwormEmscriptenExists = () => existsSync(home);

function installCompiler() {
  const wanted = {
    'clang-19': findProgram('clang-19'),
    'lld-19': findProgram('wasm-ld-19'),
    'llvm-19': findProgram('llvm-ar-19'),
    'node-acorn': existsSync('/usr/share/nodejs/acorn/package.json') ? 'present' : undefined,
  };
  installPackages(Object.keys(wanted).filter((name) => wanted[name] === undefined));
}

function unpackEmscripten() {
  mkdirSync(toolchain, { recursive: true });
  // Left by a set-up that was killed; the lock says that none is at work now.
  for (const name of readdirSync(toolchain).filter((entry) => entry.startsWith(workPrefix))) {
    rmSync(join(toolchain, name), { recursive: true, force: true });
  }
  const work = mkdtempSync(join(toolchain, workPrefix));
  try {
    const packages = download(work);
    const root = join(work, 'root');
    mkdirSync(root);
    say('unpacking Emscripten into .toolchain/');
    for (const path of packages) unpack(path, root);
    wrapBinaryen(root);
    const modules = join(root, 'usr', 'share', 'emscripten', 'node_modules');
    mkdirSync(modules, { recursive: true });
    rmSync(join(modules, 'acorn'), { recursive: true, force: true });
    symlinkSync('/usr/share/nodejs/acorn', join(modules, 'acorn'));
    // Emscripten's scripts are CommonJS, and this repository's package.json above them would say otherwise.
    writeFileSync(join(root, 'package.json'), '{ "type": "commonjs" }\n');
    renameSync(root, home);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Downloads with apt, signatures checked, through a configuration and lists of its own: the system's stay untouched. */
function download(work) {
  const archives = mainArchives();
  if (archives.length === 0) {
    throw new Remedy(
      'No source of the Debian archive was found under /etc/apt; add one, or put an emcc (3.1.69 or newer) on PATH.',
    );
  }
  const sources = join(work, 'sources');
  const folders = { sources, lists: join(work, 'lists'), cache: join(work, 'cache'), debs: join(work, 'debs') };
  for (const folder of [
    sources,
    join(folders.lists, 'partial'),
    join(folders.cache, 'archives', 'partial'),
    folders.debs,
  ]) {
    mkdirSync(folder, { recursive: true });
  }
  const stanza = ({ uri, signedBy }) =>
    `Types: deb\nURIs: ${uri}\nSuites: ${suite}\nComponents: main\nSigned-By: ${signedBy ?? keyring}\n`;
  writeFileSync(join(sources, 'main.sources'), archives.map(stanza).join('\n'));
  writeFileSync(join(work, 'preferences'), '');

  const settings = {
    'Dir::Etc::sourcelist': '/dev/null',
    'Dir::Etc::sourceparts': sources,
    'Dir::Etc::preferences': join(work, 'preferences'),
    'Dir::Etc::preferencesparts': sources,
    'Dir::State::lists': folders.lists,
    'Dir::Cache': folders.cache,
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
    // Everything stays in this folder and belongs to whoever runs set-up.
    'APT::Sandbox::User': '',
    'APT::Update::Post-Invoke-Success': '',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);

  say(`downloading Emscripten of Debian 13 (about 250 MB) from this machine's own Debian mirror`);
  for (const args of [
    ['update', '--error-on=any'],
    ['download', ...downloads],
  ]) {
    const result = runCaptured('apt-get', [...options, ...args], {
      cwd: folders.debs,
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    });
    if (!result.ok) {
      throw new Remedy(
        `Emscripten could not be downloaded; check the network, or put an emcc (3.1.69 or newer) on PATH.\n${lastLines(result.output)}`,
      );
    }
  }
  const found = readdirSync(folders.debs).filter((name) => name.endsWith('.deb'));
  if (found.length !== downloads.length)
    throw new Remedy(
      `The Debian mirror gave ${found.length} of ${downloads.length} packages; run again, or put an emcc (3.1.69 or newer) on PATH.`,
    );
  return found.map((name) => join(folders.debs, name));
}

function unpack(path, root) {
  const excludes = unneeded.map((pattern) => `--exclude=${pattern}`);
  const script = 'set -o pipefail; dpkg-deb --fsys-tarfile "$1" | tar -x -C "$2" "${@:3}"';
  const result = runCaptured('bash', ['-c', script, 'unpack', path, root, ...excludes]);
  if (!result.ok)
    throw new Remedy(`A Debian package could not be unpacked; is the disk full?\n${lastLines(result.output)}`);
}

/** Debian 13's binaryen needs Debian 13's C library: each program is started through the unpacked loader. */
function wrapBinaryen(root) {
  const libraries = join(root, 'usr', 'lib');
  const triplet = readdirSync(libraries).find((name) => existsSync(join(libraries, name, 'libc.so.6')));
  const loader = triplet && readdirSync(join(libraries, triplet)).find((name) => /^ld-linux.*\.so\.\d+$/.test(name));
  if (!loader)
    throw new Remedy('The unpacked C library has no loader for this processor; put an emcc (3.1.69 or newer) on PATH.');
  const bin = join(root, 'usr', 'bin');
  const wrappers = join(root, 'binaryen', 'bin');
  mkdirSync(wrappers, { recursive: true });
  for (const name of readdirSync(bin).filter((entry) => entry.startsWith('wasm'))) {
    const text = `#!/bin/sh
root=$(dirname "$(dirname "$(dirname "$(readlink -f "$0")")")")
lib="$root/usr/lib/${triplet}"
exec "$lib/${loader}" --library-path "$lib" "$root/usr/bin/${name}" "$@"
`;
    writeFileSync(join(wrappers, name), text);
    chmodSync(join(wrappers, name), 0o755);
  }
  symlinkSync('../usr/lib', join(root, 'binaryen', 'lib'));
}

/** Written on every run: a moved clone or another Node must not leave stale paths. Emscripten reads it from its own folder. */
function writeConfiguration() {
  const quote = (path) => JSON.stringify(path);
  const text = `LLVM_ROOT = '/usr/bin'
LLVM_ADD_VERSION = '19'
CLANG_ADD_VERSION = '19'
BINARYEN_ROOT = ${quote(join(home, 'binaryen'))}
NODE_JS = ${quote(process.execPath)}
FROZEN_CACHE = True
`;
  writeFileSync(join(scripts, '.emscripten'), text);
}
