// npm run check: formatting, linters and types; changes nothing. `-- --analyze`: clang's static analyzer, too.
import { buildPackage } from './build.mjs';
import { formatCpp, lintCpp } from './check/cpp.mjs';
import { formatJavaScript, lintJavaScript } from './check/javascript.mjs';
import { checkTypes } from './check/types.mjs';
import { checkSizes } from './size-budget.mjs';
import { runAsCommand, setUp } from './setup.mjs';

await runAsCommand(async () => {
  const analyze = process.argv.includes('--analyze');
  const environment = await setUp(['build', 'test', 'check']);
  const checks = {
    'clang-format': () => formatCpp(environment, 'check'),
    prettier: () => formatJavaScript('check'),
    // The declarations of the engine and of the package are part of what is checked.
    build: () => buildPackage(environment),
    'size budget': () => checkSizes(),
    'tsc (types)': () => checkTypes(environment),
    eslint: () => lintJavaScript('check'),
    'clang-tidy': () => lintCpp(environment, { analyze }),
  };
  const failed = [];
  for (const [name, check] of Object.entries(checks)) {
    const started = performance.now();
    const ok = await check();
    process.stdout.write(
      `${ok ? 'ok    ' : 'FAILED'}  ${name}  ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
    );
    if (!ok) failed.push(name);
  }
  if (failed.length > 0) process.stdout.write(`\nFailed: ${failed.join(', ')}. "npm run format" repairs formatting.\n`);
  return failed.length === 0 ? 0 : 1;
});
