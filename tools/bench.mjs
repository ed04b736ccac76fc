// npm run bench: every figure of docs/performance.md, measured anew; `-- --quick` fewer rounds, and no file is written;
// `-- --only mesh`, `-- --only main-thread` and `-- --only load` that section alone, the last with `--against folder` another build's, too;
// `-- --only paths`, `latency` or `gallery` over emulated paths (`--paths 20-50,20-100`, `--runs 3`, for `paths` also
// `--strategies package,raw`), which are only printed and written to build/bench/; with `--chart` `paths` writes its section of docs/performance.md and docs/images/paths.svg, too.
import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { pathEmulatorBuild } from '../tests/support/path-emulator.mjs';
import { buildPackage } from './build.mjs';
import { measureBrowser } from './bench/browser.mjs';
import { curveChart } from './bench/chart.mjs';
import { measureEngine } from './bench/engine.mjs';
import { galleryTable, measureGallery } from './bench/gallery.mjs';
import { latencyTable, measureLatency } from './bench/latency.mjs';
import { loadHeading, loadSection, loadTable, measureLoad } from './bench/load.mjs';
import { mainThreadHeading, mainThreadSection, mainThreadTable, measureMainThread } from './bench/main-thread.mjs';
import { measureMesh, meshHeading, meshSection } from './bench/mesh.mjs';
import { meshChart } from './bench/mesh-chart.mjs';
import { measureNode } from './bench/node.mjs';
import { pathsChart } from './bench/paths-chart.mjs';
import { pathsHeading, pathsSection } from './bench/paths-section.mjs';
import { measurePaths, pathsTable } from './bench/paths.mjs';
import { asMarkdown, asText, judge } from './bench/report.mjs';
import { resultsFile, writeResults } from './bench/results-file.mjs';
import { measureEncodings, measureSizes } from './bench/sizes.mjs';
import { buildPreset } from './build/cmake.mjs';
import { runAsCommand, setUp } from './setup.mjs';
import { repository } from './setup/paths.mjs';
import { Remedy } from './setup/process.mjs';

const folder = join(repository, 'docs');

/** What is measured over emulated paths. */
const overPaths = {
  paths: { measure: measurePaths, table: pathsTable },
  latency: { measure: measureLatency, table: latencyTable },
  gallery: { measure: measureGallery, table: galleryTable },
};

await runAsCommand(async () => {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string' },
      paths: { type: 'string' },
      strategies: { type: 'string' },
      runs: { type: 'string' },
      chart: { type: 'boolean', default: false },
      against: { type: 'string' },
    },
  });
  const { quick, only } = values;
  if (only !== undefined && !['mesh', 'load', 'main-thread'].includes(only) && !Object.hasOwn(overPaths, only))
    throw new Remedy(
      'usage: npm run bench -- [--quick] [--only mesh | --only load [--against …] [--runs N] | --only main-thread [--runs N] | --only paths|latency|gallery [--paths …] [--runs N] [--strategies …] [--chart]]',
    );
  const environment = await setUp(only ? ['build', 'test'] : ['build', 'test', 'bench']);
  if (!(await buildPackage(environment))) return 1;
  const say = (line) => process.stderr.write(`${line}\n`);

  if (only !== undefined && Object.hasOwn(overPaths, only)) {
    const { preset, target } = pathEmulatorBuild;
    if (!(await buildPreset(preset, environment, [target]))) return 1;
    const { measure, table } = overPaths[only];
    const measured = await measure({ ...values, say });
    await writeResults(only, measured);
    process.stdout.write(`\n${table(measured)}\n`);
    if (values.chart && only === 'paths') await writePaths(/** @type {any} */ (measured));
    say(`written: ${relative(repository, resultsFile(only))}`);
    return 0;
  }

  if (only === 'mesh') {
    const mesh = await measureMesh({ quick, say });
    process.stdout.write(`\n${meshSection(mesh)}\n`);
    if (!quick) {
      await writeFile(join(folder, 'images', 'mesh.svg'), meshChart(mesh));
      await writeSection(meshHeading, meshSection(mesh));
    }
    return 0;
  }

  if (only === 'load') {
    const load = await measureLoad({ ...values, say });
    await writeResults(only, load);
    process.stdout.write(`\n${loadTable(load)}\n`);
    if (!quick && values.against === undefined) await writeSection(loadHeading, loadSection(load));
    return 0;
  }

  if (only === 'main-thread') {
    const mainThread = await measureMainThread({ ...values, say });
    await writeResults(only, mainThread);
    process.stdout.write(`\n${mainThreadTable(mainThread)}\n`);
    if (!quick) await writeSection(mainThreadHeading, mainThreadSection(mainThread));
    return 0;
  }

  say('sizes');
  const sizes = { ...(await measureSizes()), encodings: await measureEncodings() };
  say('Node');
  const node = await measureNode({ quick });
  say('native engine');
  const engine = await measureEngine(environment, { quick });
  const browser = await measureBrowser({ quick, say });
  const mesh = await measureMesh({ quick, say });
  const load = await measureLoad({ quick, say });

  const measured = { sizes, node, engine, browser, mesh, load, quick };
  process.stdout.write(`\n${asText(judge(measured))}\n`);
  if (quick) return 0;
  await writeFile(join(folder, 'images', 'performance.svg'), curveChart(browser));
  await writeFile(join(folder, 'images', 'mesh.svg'), meshChart(mesh));
  await writeFile(
    join(folder, 'performance.md'),
    asMarkdown(measured, (await sectionOf(pathsHeading)) + (await sectionOf(mainThreadHeading))),
  );
  say('written: docs/performance.md, docs/images/performance.svg, docs/images/mesh.svg');
  return 0;
});

async function writePaths(measured) {
  await writeFile(join(folder, 'images', 'paths.svg'), pathsChart(measured));
  await writeSection(pathsHeading, pathsSection(measured));
}

async function sections() {
  return (await readFile(join(folder, 'performance.md'), 'utf8')).split(/^(?=## )/m);
}

async function sectionOf(heading) {
  return (await sections()).find((section) => section.startsWith(heading)) ?? '';
}

/** The section takes the place of the one that is there; everything else stays as it was measured. */
async function writeSection(heading, text) {
  const all = await sections();
  all[all.findIndex((section) => section.startsWith(heading))] = `${text}
`;
  await writeFile(join(folder, 'performance.md'), all.join(''));
}
