// The native engine under Google Benchmark.
import { join } from 'node:path';
import { buildPreset } from '../build/cmake.mjs';
import { buildFolder } from '../setup/paths.mjs';
import { runCaptured } from '../setup/process.mjs';

/** Nanoseconds of processor time by the benchmark's name. */
export async function measureEngine(environment, { quick }) {
  if (!(await buildPreset('native-bench', environment, ['engine_bench'])))
    throw new Error('engine_bench does not build');
  const args = ['--benchmark_format=json', `--benchmark_min_time=${quick ? 0.1 : 0.5}`];
  const result = runCaptured(join(buildFolder, 'native-bench', 'tests', 'engine_bench'), args);
  if (!result.ok) throw new Error(`engine_bench: ${result.output}`);
  return Object.fromEntries(JSON.parse(result.stdout).benchmarks.map(({ name, cpu_time: time }) => [name, time]));
}
