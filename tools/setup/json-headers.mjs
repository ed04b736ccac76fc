import { lstatSync, mkdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { toolchain } from './paths.mjs';

const source = '/usr/include/nlohmann';

/** A folder with nlohmann-json's headers and nothing else: all of /usr/include would shadow Emscripten's own sysroot. */
export function ensureJsonHeaders() {
  const folder = join(toolchain, 'include');
  const link = join(folder, 'nlohmann');
  if (linkTarget(link) === source) return folder;
  rmSync(link, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  symlinkSync(source, link);
  return folder;
}

function linkTarget(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
}
