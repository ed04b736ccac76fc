// @ts-check
// `node turn-probe.mjs [no MessageChannel]`: a channel ends with thousands of pulls, and nothing but the package itself keeps the
// process alive until all of them have been told.
import { connectRaw } from './sessions.mjs';

if (process.argv[2] === 'no MessageChannel') Reflect.deleteProperty(globalThis, 'MessageChannel');

const party = await connectRaw();
for (let index = 0; index < 5000; index++) party.session.pullFile(`${index}`);
party.link.fail();
process.on('exit', () => {
  const close = party.of('close').length === 1 ? ' and the close' : '';
  process.stdout.write(`told ${party.settled()} ends${close}\n`);
});
