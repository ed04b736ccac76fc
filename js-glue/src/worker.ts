import { engineDefaults } from './remote/defaults.js';
import { Place } from './remote/place.js';
import { RemoteDriver } from './remote/remote-driver.js';
import { provideDrivers } from './session/driver.js';

export { PeerSession } from './session/peer-session.js';
export type { Identity, OnImage } from './api/types.js';
export * from './exports.js';

const place = new Place(
  // To the letter as bundlers look for it.
  () => new Worker(new URL('./worker-thread.js', import.meta.url), { type: 'module' }),
  () => import('./in-page.js'),
);

provideDrivers({
  defaults: () => engineDefaults,
  make: (parts) => new RemoteDriver(place, parts),
});
