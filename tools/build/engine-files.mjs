import { join } from 'node:path';
import { buildFolder } from '../setup/paths.mjs';

const folder = join(buildFolder, 'wasm-release', 'bindings');

export const engineScript = join(folder, 'engine.mjs');
export const engineBinary = join(folder, 'engine.wasm');
export const unpackerBinary = join(folder, 'unpack.wasm');
export const engineTypes = join(folder, 'engine.d.ts');
