// @ts-check
// Sessions whose drivers are in the test's hand: what a driver can do, and `PeerSession` does not ask of it.
import { join } from 'node:path';
import { build } from 'esbuild';
import { enginePlugin } from '../../../tools/build/bundle.mjs';
import { repository } from '../../../tools/setup/paths.mjs';

const entry = `
import { provideEngine } from './engine/runtime.js';
import { Place } from './remote/place.js';
import { RemoteDriver } from './remote/remote-driver.js';
import { driveHere } from './session/drive-here.js';
import { provideDrivers } from './session/driver.js';
import { instantiateEmbedded } from './engine/embedded.js';

export { PeerSession } from './session/peer-session.js';
/** Of each session made, in order: its driver, and what was told of its pulls. */
export const driven = [];
/** Of the sessions that are made from now on. */
export const settings = { isRemote: false };

const noWorker = () => {
  throw new Error('There is none here.');
};
const place = new Place(noWorker, () => import('./in-page.js'));
provideEngine(instantiateEmbedded);
provideDrivers({
  defaults: driveHere.defaults,
  make(parts) {
    const news = [];
    const events = Object.assign(Object.create(parts.events), { pullPaused: (...told) => news.push(told) });
    const given = { ...parts, events };
    const driver = settings.isRemote ? new RemoteDriver(place, given) : driveHere.make(given);
    driven.push({ driver, news });
    return driver;
  },
});
`;

/** @returns {Promise<{ PeerSession: any, driven: { driver: any, news: [string, boolean][] }[], settings: { isRemote: boolean } }>} */
export async function drivenSessions() {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: join(repository, 'js-glue', 'src'), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    logLevel: 'warning',
    define: { packageVersion: '"0"' },
    plugins: [enginePlugin()],
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}
