// The checks that are to notice a mutant.
import { copyFileSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runQuietly } from './run.mjs';
import { mutantsFolder, Workbench } from './workbench.mjs';

export const checks = {
  unit: {
    target: 'peer_session_tests',
    program: ['peer_session_tests'],
    args: ['--gtest_brief=1', '--gtest_fail_fast'],
  },
  // As many schedules as take some seconds; a mutant that only more of them would find is found by chance.
  simulation: { target: 'simulation', program: ['scenario', 'simulation'], args: ['--schedules', '20000'] },
  exhaustive: { target: 'exhaustive', program: ['scenario', 'exhaustive'], args: [] },
};

// A fault may make a check run on for ever, or take all memory; that, too, is noticing it.
const kibibytes = 4 << 20;
const longerThanHealthy = 10;
const leastPatience = 30_000;

/** The programs of one mutant, kept aside so that the next one may be built while they run. */
export class Trial {
  #folder;

  constructor(name, chosen) {
    this.#folder = join(mutantsFolder, 'trials', name);
    mkdirSync(this.#folder, { recursive: true });
    for (const check of chosen) copyFileSync(Workbench.program(...checks[check].program), join(this.#folder, check));
  }

  /** For each check, how it ended; `healthy` is what this answered without any mutant. */
  async run(chosen, env, healthy) {
    const verdicts = {};
    for (const check of chosen) {
      const patience = healthy && Math.max(leastPatience, longerThanHealthy * Math.ceil(healthy[check].milliseconds));
      const limited = ['-c', `ulimit -v ${kibibytes} && exec "$@"`, check, join(this.#folder, check)];
      verdicts[check] = await runQuietly('sh', [...limited, ...checks[check].args], { env, patience });
    }
    rmSync(this.#folder, { recursive: true });
    return verdicts;
  }
}
