import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultsFolder } from './node-suite.mjs';

/** Prints the table that a run ends with, and leaves the same numbers in test-results/summary.json. */
export function summarize(stages) {
  const rows = stages.map(({ name, result, seconds }) => [
    result.ok ? 'ok' : 'FAILED',
    name,
    result.passed === undefined ? '' : counts(result),
    `${seconds.toFixed(1)} s`,
    result.note ?? '',
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  process.stdout.write(`\n== Summary ==\n${lines.join('\n')}\n`);

  const total = (key) => stages.reduce((sum, { result }) => sum + (result[key] ?? 0), 0);
  // A stage without tests of its own that failed (a build, the type check) counts as one failure.
  const failed = total('failed') + stages.filter(({ result }) => !result.ok && !result.failed).length;
  process.stdout.write(`\n${total('passed')} passed, ${failed} failed, ${total('skipped')} skipped\n`);

  mkdirSync(resultsFolder, { recursive: true });
  const byName = Object.fromEntries(stages.map(({ name, result, seconds }) => [name, { ...result, seconds }]));
  writeFileSync(join(resultsFolder, 'summary.json'), `${JSON.stringify(byName, null, 2)}\n`);
}

function counts({ passed, failed, skipped }) {
  const parts = [`${passed} passed`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (skipped > 0) parts.push(`${skipped} skipped`);
  return parts.join(', ');
}
