export { PeerSession } from './session/peer-session.js';
export type { Identity, OnImage } from './api/types.js';
export * from './exports.js';

import { provideEngine } from './engine/runtime.js';
import { driveHere } from './session/drive-here.js';
import { provideDrivers } from './session/driver.js';
// Last, since the engine's bytes come with it: see there.
import { instantiateEmbedded } from './engine/embedded.js';

provideDrivers(driveHere);
provideEngine(instantiateEmbedded);
