import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildPreset, testPreset } from '../build/cmake.mjs';
import { resultsFolder } from './node-suite.mjs';

/** Builds a preset, or these targets of it, and runs its CTest; resolves with {ok, passed, failed, skipped}. */
export async function runCtestSuite(preset, environment, targets = []) {
  if (!(await buildPreset(preset, environment, targets))) return { ok: false, note: 'did not build' };
  mkdirSync(resultsFolder, { recursive: true });
  const report = join(resultsFolder, `${preset}.xml`);
  rmSync(report, { force: true });
  const ok = await testPreset(preset, environment, ['--output-junit', report]);
  return { ...readCounts(report), ok };
}

function readCounts(report) {
  const text = existsSync(report) ? readFileSync(report, 'utf8') : '';
  const count = (name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(text)?.[1] ?? 0);
  const [all, failed, skipped] = [count('tests'), count('failures'), count('skipped') + count('disabled')];
  return { passed: all - failed - skipped, failed, skipped };
}
