import { existsSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { debianRelease, installPackages } from './debian.mjs';
import { bookwormEmscripten, bookwormEmscriptenExists } from './emscripten-for-bookworm.mjs';
import { findProgram, Remedy, runCaptured } from './process.mjs';
import { toolchain } from './paths.mjs';

// Older ones emit Node's __dirname into ES modules, which bundlers and browsers stumble over.
const oldestUsable = [3, 1, 69];
const remembered = join(toolchain, 'emscripten.json');

/** Finds Emscripten, or gets it; returns {emcc, version, toolchainFile}. */
export function ensureEmscripten() {
  const present = presentEmscripten();
  if (present !== undefined) return present;
  const release = debianRelease();
  if (release === undefined) {
    throw new Remedy(
      'Emscripten 3.1.69 or newer is missing and this system is not Debian: install the Emscripten SDK and set EMSDK to its folder.',
    );
  }
  if (release === '12') return examine(bookwormEmscripten()) ?? broken('.toolchain/emscripten');
  installPackages(['emscripten']);
  return examine('/usr/bin/emcc') ?? broken('/usr/bin/emcc');
}

function presentEmscripten() {
  const candidates = [
    findProgram('emcc'),
    process.env.EMSDK && join(process.env.EMSDK, 'upstream', 'emscripten', 'emcc'),
    bookwormEmscriptenExists() ? bookwormEmscripten() : undefined,
  ];
  for (const emcc of candidates) {
    const found = emcc && existsSync(emcc) ? examine(emcc) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function broken(where) {
  throw new Remedy(
    `The Emscripten in ${where} does not run or is older than ${oldestUsable.join('.')}; remove it, or set EMSDK to a newer one.`,
  );
}

/** Starting emcc takes a while, so its answer is remembered as long as the file stays the same. */
function examine(emcc) {
  const path = realpathSync(emcc);
  const key = `${emcc} ${path} ${statSync(path).mtimeMs}`;
  const known = existsSync(remembered) ? parse(readFileSync(remembered, 'utf8')) : undefined;
  if (known?.key === key && existsSync(known.toolchainFile)) return known;

  const { ok, stdout } = runCaptured(emcc, ['--version']);
  const version = /(\d+)\.(\d+)\.(\d+)/
    .exec(stdout.split('\n', 1)[0] ?? '')
    ?.slice(1)
    .map(Number);
  if (!ok || version === undefined || isOlder(version, oldestUsable)) return undefined;
  const toolchainFile = [dirname(emcc), dirname(path), '/usr/share/emscripten']
    .map((folder) => join(folder, 'cmake', 'Modules', 'Platform', 'Emscripten.cmake'))
    .find((file) => existsSync(file));
  if (toolchainFile === undefined) return undefined;

  const result = { key, emcc, version: version.join('.'), toolchainFile };
  mkdirSync(toolchain, { recursive: true });
  writeFileSync(remembered, JSON.stringify(result, null, 2));
  return result;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // Written by a set-up that was interrupted: ask emcc again.
  }
}

function isOlder(version, limit) {
  const at = version.findIndex((part, index) => part !== limit[index]);
  return at !== -1 && version[at] < limit[at];
}
