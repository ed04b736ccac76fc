// @ts-check
// `node zone-probe.mjs`: with zone.js, whose Promise takes the place of the platform's while async functions go on to return
// the platform's own. Prints what was reported, and what nobody caught.
import 'zone.js/node';
import { makeFile } from './files.mjs';
import { afterTurns } from './fuse.mjs';
import { connectRaw } from './sessions.mjs';

const unhandled = [];
process.on('unhandledRejection', (cause) => unhandled.push(String(cause)));

const reports = {};
for (const [kind, rejecting] of /** @type {[string, (what: string) => any][]} */ ([
  [
    'async',
    async (what) => {
      throw new Error(what);
    },
  ],
  ['Promise', (what) => Promise.reject(new Error(what))],
])) {
  const on = {};
  for (const what of ['image', 'transferError', 'event', 'fileRequested']) on[what] = () => rejecting(what);
  const file = makeFile(1000);
  const party = await connectRaw({ on });
  party.session.pullFile('good');
  party.session.pullFile('bad');
  party.peer.say({ type: 'sync-request' }, { type: 'request-file', hash: file.hash });
  party.peer.transfer(file, 'good');
  party.peer.transfer(file, 'bad', { hash: '0'.repeat(64) });
  await party.untilSettled(2);
  await afterTurns(3);
  reports[kind] = [
    ...new Set(party.of('error').map(({ event }) => `${event.error.code}: ${event.error.cause.message}`)),
  ];
  party.session.close();
}
process.stdout.write(JSON.stringify({ zone: typeof globalThis.Zone, reports, unhandled }));
