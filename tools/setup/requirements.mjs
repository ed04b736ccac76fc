import { existsSync, readdirSync } from 'node:fs';
import { findProgram } from './process.mjs';

const program = (name) => () => findProgram(name) !== undefined;
const file =
  (...paths) =>
  () =>
    paths.every((path) => existsSync(path));

function sanitizerRuntimeExists() {
  const folder = '/usr/lib/llvm-19/lib/clang/19/lib/linux';
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith('libclang_rt.fuzzer-'));
}

/**
 * What each kind of work needs. A thing counts as present when it is found, whoever installed it; the Debian package is
 * only how set-up gets it when it is not. Of LLVM both Debian 12 and 13 have release 19: named by its number, formatting,
 * lint and sanitizers are the same on both.
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
    { debian: () => 'firefox-esr', present: program('firefox-esr') },
    { debian: () => 'nats-server', present: program('nats-server') },
    { debian: () => 'coturn', present: program('turnserver') },
    { debian: () => 'nginx', present: program('nginx') },
    { debian: () => 'openssl', present: program('openssl') },
  ],
  check: [
    { debian: () => 'g++', present: program('g++') },
    { debian: () => 'clang-format-19', present: program('clang-format-19') },
    { debian: () => 'clang-tidy-19', present: program('clang-tidy-19') },
  ],
  sanitize: [
    // The fuzz targets are built with the sanitized tests.
    { debian: () => 'libgtest-dev', present: file('/usr/include/gtest/gtest.h') },
    { debian: () => 'libgmock-dev', present: file('/usr/include/gmock/gmock.h') },
    { debian: () => 'clang-19', present: program('clang++-19') },
    { debian: () => 'llvm-19', present: program('llvm-symbolizer-19') },
    { debian: () => 'libclang-rt-19-dev', present: sanitizerRuntimeExists },
  ],
  bench: [{ debian: () => 'libbenchmark-dev', present: file('/usr/include/benchmark/benchmark.h') }],
  editor: [{ debian: () => 'clangd-19', present: program('clangd-19') }],
  docs: [{ debian: () => 'doxygen', present: program('doxygen') }],
};

/** The Debian packages that are missing for these kinds of work. */
export function missingPackages(kinds) {
  const missing = kinds.flatMap((kind) => requirements[kind]).filter(({ present }) => !present());
  return [...new Set(missing.map(({ debian }) => debian()))];
}
