import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { debianRelease } from './debian.mjs';
import { findProgram } from './process.mjs';

const program = (name) => () => findProgram(name) !== undefined;
const file = (...paths) => () => paths.every((path) => existsSync(path));

/** Debian 12's clang is 14, Debian 13's is 19; their runtimes are named after them. */
const sanitizerPackage = () => (debianRelease() === '12' ? 'libclang-rt-14-dev' : 'libclang-rt-19-dev');

function sanitizerRuntimeExists() {
  const versions = existsSync('/usr/lib/clang') ? readdirSync('/usr/lib/clang') : [];
  const holdsFuzzer = (folder) =>
    existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('libclang_rt.fuzzer-'));
  return versions.some((version) => holdsFuzzer(join('/usr/lib/clang', version, 'lib', 'linux')));
}

/**
 * What each kind of work needs. A thing counts as present when it is found, whoever installed it; the Debian package is
 * only how set-up gets it when it is not.
 */
export const requirements = {
  build: [
    { debian: () => 'cmake', present: program('cmake') },
    { debian: () => 'ninja-build', present: program('ninja') },
    { debian: () => 'python3', present: program('python3') },
    { debian: () => 'nlohmann-json3-dev', present: file('/usr/include/nlohmann/json.hpp') },
  ],
  test: [
    { debian: () => 'g++', present: program('g++') },
    { debian: () => 'libgtest-dev', present: file('/usr/include/gtest/gtest.h') },
    { debian: () => 'libgmock-dev', present: file('/usr/include/gmock/gmock.h') },
    { debian: () => 'googletest', present: file('/usr/src/googletest/CMakeLists.txt') },
    { debian: () => 'chromium', present: program('chromium') },
  ],
  check: [
    { debian: () => 'g++', present: program('g++') },
    { debian: () => 'clang-format', present: program('clang-format') },
    { debian: () => 'clang-tidy', present: program('clang-tidy') },
  ],
  sanitize: [
    { debian: () => 'clang', present: program('clang++') },
    { debian: () => 'llvm', present: program('llvm-symbolizer') },
    { debian: sanitizerPackage, present: sanitizerRuntimeExists },
  ],
  bench: [{ debian: () => 'libbenchmark-dev', present: file('/usr/include/benchmark/benchmark.h') }],
};

/** The Debian packages that are missing for these kinds of work. */
export function missingPackages(kinds) {
  const missing = kinds.flatMap((kind) => requirements[kind]).filter(({ present }) => !present());
  return [...new Set(missing.map(({ debian }) => debian()))];
}
