// npm run bench: every figure of docs/performance.md, measured anew; `-- --quick` fewer rounds, and no file is written.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildPackage } from './build.mjs';
import { measureBrowser } from './bench/browser.mjs';
import { curveChart } from './bench/chart.mjs';
import { measureEngine } from './bench/engine.mjs';
import { measureNode } from './bench/node.mjs';
import { asMarkdown, asText, judge } from './bench/report.mjs';
import { measureSizes } from './bench/sizes.mjs';
import { runAsCommand, setUp } from './setup.mjs';
import { repository } from './setup/paths.mjs';

await runAsCommand(async () => {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
  const quick = values.quick;
  const environment = await setUp(['build', 'test', 'bench']);
  if (!(await buildPackage(environment))) return 1;
  const say = (line) => process.stderr.write(`${line}\n`);

  say('sizes');
  const sizes = await measureSizes();
  say('Node');
  const node = await measureNode({ quick });
  say('native engine');
  const engine = await measureEngine(environment, { quick });
  const browser = await measureBrowser({ quick, say });

  const measured = { sizes, node, engine, browser, quick };
  process.stdout.write(`\n${asText(judge(measured))}\n`);
  if (quick) return 0;
  const folder = join(repository, 'docs');
  await writeFile(join(folder, 'images', 'performance.svg'), curveChart(browser));
  await writeFile(join(folder, 'performance.md'), asMarkdown(measured));
  say('written: docs/performance.md, docs/images/performance.svg');
  return 0;
});
