import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
export const toolchain = join(repository, '.toolchain');
export const nodeModules = join(repository, 'node_modules');
export const buildFolder = join(repository, 'build');
export const packageFolder = join(repository, 'dist');
