// @ts-check
// The benchmarks use the engine past its public face. What they measure is not looked at here, only that they still can.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

for (const name of ['engine-cost', 'load']) {
  test(`the benchmark ${name} runs and prints numbers`, async () => {
    const script = fileURLToPath(new URL(`../bench/node/${name}.mjs`, import.meta.url));
    const { stdout } = await run(process.execPath, [script, '--quick']);
    const figures = Object.values(JSON.parse(stdout));
    assert.ok(figures.length > 1 && figures.every(Number.isFinite), stdout);
  });
}
