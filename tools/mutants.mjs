// npm run test:mutants: brings each planted fault (tests/mutants/NAME.patch) to life in a copy of the sources and shows
// which checks notice it. Fails if one is noticed by none. `--only name,name` tries some of them, `--checks unit` with
// some of the checks.
import { availableParallelism } from 'node:os';
import { checks, Trial } from './mutants/checks.mjs';
import { complaintsAboutMutants, mutantNames, patchedFiles } from './mutants/patches.mjs';
import { Workbench } from './mutants/workbench.mjs';
import { runAsCommand, setUp } from './setup.mjs';
import { lastLines, Remedy } from './setup/process.mjs';

await runAsCommand(async () => {
  const { mutants, chosen } = chosenWork(process.argv.slice(2));
  const complaints = complaintsAboutMutants();
  if (complaints.length > 0) throw new Remedy(complaints.join('\n'));
  const environment = await setUp(['build', 'test']);
  const targets = chosen.map((check) => checks[check].target);
  const workbench = new Workbench(targets, environment);
  await workbench.build();
  const healthy = await new Trial('none', chosen).run(chosen, environment);
  for (const check of chosen)
    if (!healthy[check].ok) throw new Remedy(`${check} fails without any mutant:\n${lastLines(healthy[check].output)}`);

  const width = Math.max(...mutants.map((name) => name.length));
  const say = (mutant, result) => process.stdout.write(`${mutant.padEnd(width)}  ${result}\n`);
  process.stdout.write('\n');
  say('mutant', chosen.join('  '));
  const survivors = [];
  const broken = [];
  const running = new Set();
  for (const mutant of mutants) {
    const built = await workbench.switchTo(mutant);
    if (!built.ok) {
      say(mutant, `does not compile:\n${lastLines(built.output)}`);
      broken.push(mutant);
      continue;
    }
    const trial = new Trial(mutant, chosen).run(chosen, environment, healthy).then((verdicts) => {
      running.delete(trial);
      say(mutant, chosen.map((check) => cellFor(verdicts[check]).padEnd(check.length)).join('  '));
      if (chosen.every((check) => verdicts[check].ok)) survivors.push(mutant);
    });
    running.add(trial);
    // While these run, the next one is built.
    if (running.size >= availableParallelism()) await Promise.race(running);
  }
  await Promise.all(running);
  process.stdout.write(`\n${mutants.length - survivors.length - broken.length} of ${mutants.length} mutants caught\n`);
  if (survivors.length > 0) process.stdout.write(`Survived: ${survivors.join(', ')}\n`);
  if (broken.length > 0) process.stdout.write(`Do not compile: ${broken.join(', ')}\n`);
  return survivors.length + broken.length === 0 ? 0 : 1;
});

function cellFor({ ok, isEndless }) {
  if (ok) return '-';
  // On a machine that is far busier than at the beginning, a check that notices nothing may look so, too.
  return isEndless ? 'no end' : 'caught';
}

function chosenWork(args) {
  const work = { '--only': mutantNames(), '--checks': Object.keys(checks) };
  for (let index = 0; index < args.length; index += 2) {
    const all = work[args[index]] ?? [];
    const names = (args[index + 1] ?? '').split(',');
    if (!names.every((name) => all.includes(name)))
      throw new Remedy(
        `usage: npm run test:mutants -- [--only name,name] [--checks ${Object.keys(checks)}]\nNames are those of tests/mutants/.`,
      );
    work[args[index]] = names;
  }
  // Those of one file one after the other: what the one before left is compiled anew with each.
  const byFiles = work['--only'].map((name) => ({ name, files: patchedFiles(name).join() }));
  byFiles.sort((one, other) => one.files.localeCompare(other.files));
  return { mutants: byFiles.map(({ name }) => name), chosen: work['--checks'] };
}
