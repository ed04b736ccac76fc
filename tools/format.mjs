// npm run format: rewrites what the formatters and the linter can repair by themselves.
import { formatCpp } from './check/cpp.mjs';
import { formatJavaScript, lintJavaScript } from './check/javascript.mjs';
import { runAsCommand, setUp } from './setup.mjs';

await runAsCommand(async () => {
  const environment = await setUp(['build', 'check']);
  const repaired = [
    await formatCpp(environment, 'write'),
    await lintJavaScript('write'),
    await formatJavaScript('write'),
  ];
  return repaired.every(Boolean) ? 0 : 1;
});
