// @ts-check
// The package with its drivers in view: some of what they do is said by applications of other classes than PeerSession, and heard by
// none of its events. Built from the sources as the package is, once for each process.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { enginePlugin } from '../../../tools/build/bundle.mjs';
import { repository } from '../../../tools/setup/paths.mjs';
import { EventLog } from 'peer-session/testing';
import { connectPair, connectRaw, makeSession } from './sessions.mjs';

const entry = process.env.PEER_SESSION_ENTRY === 'peer-session/worker' ? 'worker' : 'index';

const { PeerSession, provideDrivers, theDrivers } = await load();

async function load() {
  const { build } = await import('esbuild');
  const folder = await mkdtemp(join(tmpdir(), 'driven-'));
  try {
    const outfile = join(folder, 'driven.mjs');
    await build({
      stdin: {
        contents: `export * from './${entry}.js'; export * from './session/driver.js';`,
        resolveDir: join(repository, 'js-glue', 'src'),
      },
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      define: { packageVersion: '"0"' },
      logLevel: 'error',
      plugins: [enginePlugin()],
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** @type {{ driver: any, news: EventLog }[]} */
const made = [];
const drivers = theDrivers();
provideDrivers({
  ...drivers,
  make: (parts) => {
    const news = new EventLog();
    const { pulled } = parts.events;
    parts.events.pulled = (transferId) => {
      news.add({ kind: 'pulled', transferId });
      return pulled(transferId);
    };
    const driver = drivers.make(parts);
    made.push({ driver, news });
    return driver;
  },
});

if (entry === 'worker') {
  // As sessions.mjs does for those of the package.
  const { session } = makeSession({ Session: PeerSession });
  while (!session.stats) await new Promise((resolve) => setImmediate(resolve));
  session.close();
}

/** As `connectPair`; each party has its `driver`, and `news` of what it was told to tell. @param {any} [given] */
export async function connectDrivenPair({ a = {}, b = {}, ...given } = {}) {
  made.length = 0;
  const pair = await connectPair({ ...given, a: { Session: PeerSession, ...a }, b: { Session: PeerSession, ...b } });
  while (pair.link.a.hasQueued || pair.link.b.hasQueued) await new Promise((resolve) => setImmediate(resolve));
  const [ofA, ofB] = made;
  return { ...pair, a: Object.assign(pair.a, ofA), b: Object.assign(pair.b, ofB) };
}

/** As `connectRaw`, likewise. @param {any} [given] */
export async function connectDriven(given = {}) {
  made.length = 0;
  const party = await connectRaw({ Session: PeerSession, ...given });
  return Object.assign(party, made[0]);
}
