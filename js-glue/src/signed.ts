export { PeerSession } from './signing/signed-peer-session.js';
export type { ImageInfo, OnSignedImage, Result, SendImageOptions, SignedIdentity } from './signing/types.js';
export * from './exports.js';

import { provideEngine } from './engine/runtime.js';
import { driveHere } from './session/drive-here.js';
import { provideDrivers } from './session/driver.js';
// Last, since the engine's bytes come with it: see there.
import { instantiateEmbedded } from './engine/embedded.js';

provideDrivers(driveHere);
provideEngine(instantiateEmbedded);
