import { provideEngine } from './engine/runtime.js';
import type { Line } from './remote/line.js';
import { HostedSession } from './remote/hosted-session.js';
import { instantiateEmbedded } from './engine/embedded.js';

provideEngine(instantiateEmbedded);

/** Hosts a session in this thread, where there is no Worker. */
export function host(line: Line): void {
  new HostedSession(line);
}
