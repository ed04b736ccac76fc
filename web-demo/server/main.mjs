// `npm start`: builds the page if it is out of date, and serves it.
import { buildPageIfStale } from './build-page.mjs';
import { run } from './run.mjs';
import { readSettings } from './settings.mjs';
import { BUILT_PAGE } from './start-server.mjs';

// Enough to get past a handful of other development servers without ending on a port nobody would look for.
const PORTS_TO_TRY = 20;

try {
  // Before the build, which takes its time.
  readSettings(process.env);
  if (await buildPageIfStale()) console.log('Built the demo page.');
  await run({
    root: BUILT_PAGE,
    portsToTry: PORTS_TO_TRY,
    announce: ({ url }) =>
      console.log(`
peer-session demo: ${url}
  Open it in two tabs or two browsers and drop some images.
  One page, no server needed: ${url}?loopback
  Stop with Ctrl+C.
`),
  });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
