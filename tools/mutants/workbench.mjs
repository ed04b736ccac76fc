// A copy of the sources in which one mutant at a time is alive. Only what its patch touches is compiled anew.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { ownFiles } from '../check/cpp.mjs';
import { buildFolder, repository, toolchain } from '../setup/paths.mjs';
import { lastLines, Remedy, runCaptured, runShown } from '../setup/process.mjs';
import { patchFolder } from './patches.mjs';
import { runQuietly } from './run.mjs';

export const mutantsFolder = join(buildFolder, 'mutants');
const copy = join(mutantsFolder, 'source');
const objects = join(mutantsFolder, 'objects');
const testFolders = ['unit', 'support', 'scenario', 'vectors'].map((name) => `tests/${name}`);

export class Workbench {
  #environment;
  #targets;
  // As they are when the run begins: the checkout may be edited meanwhile.
  #sources = new Map(
    ownFiles('CMakeLists.txt', 'tools/cmake', 'wasm', 'tests/CMakeLists.txt', ...testFolders)
      .filter((path) => existsSync(join(repository, path)))
      .map((path) => [path, readFileSync(join(repository, path))]),
  );

  constructor(targets, environment) {
    this.#targets = targets;
    this.#environment = environment;
  }

  /** Builds everything, without any mutant. */
  async build() {
    this.#restore();
    const configured = this.#run('cmake', [
      ...['-G', 'Ninja', '-S', copy, '-B', objects, '-DPEER_SESSION_BUILD_TESTS=ON'],
      `-DPEER_SESSION_JSON_INCLUDE=${join(toolchain, 'include')}`,
      // No build type: one engine for all programs. Without warnings, since what a mutant leaves unused is no mistake.
      '-DCMAKE_CXX_FLAGS=-O1 -w',
    ]);
    if (!configured.ok) throw new Remedy(`the mutants cannot be configured:\n${lastLines(configured.output)}`);
    if ((await runShown('cmake', this.#buildArguments(), { env: this.#environment })) !== 0)
      throw new Remedy('the engine does not compile without any mutant');
  }

  /** Brings this mutant to life in place of the one before; says what the compiler has against it, if anything. */
  async switchTo(mutant) {
    this.#restore();
    const patch = join(patchFolder, `${mutant}.patch`);
    const applied = this.#run('git', ['apply', `--directory=${relative(repository, copy)}`, patch]);
    if (!applied.ok) throw new Remedy(`${mutant} does not apply:\n${lastLines(applied.output)}`);
    return runQuietly('cmake', this.#buildArguments(), { env: this.#environment });
  }

  /** Where a target's program is, until the next mutant is built. */
  static program(...path) {
    return join(objects, 'tests', ...path);
  }

  #buildArguments() {
    return ['--build', objects, '--parallel', String(availableParallelism()), '--target', ...this.#targets];
  }

  #run(command, args) {
    return runCaptured(command, args, { cwd: repository, env: this.#environment });
  }

  /** A file that is right already keeps its time, so that nothing is compiled for it. */
  #restore() {
    const present = existsSync(copy) ? readdirSync(copy, { encoding: 'utf8', recursive: true }) : [];
    for (const path of present) if (/\.(cc|h)$/.test(path) && !this.#sources.has(path)) rmSync(join(copy, path));
    for (const [path, content] of this.#sources) {
      const target = join(copy, path);
      if (existsSync(target) && readFileSync(target).equals(content)) continue;
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
    }
  }
}
