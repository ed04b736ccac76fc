import { provideEngine, useEngine } from './engine/runtime.js';
import { HostedSession } from './remote/hosted-session.js';
import { instantiateEmbedded } from './engine/embedded.js';

provideEngine(instantiateEmbedded);

addEventListener('message', ({ ports }: MessageEvent) => {
  for (const port of ports) new HostedSession(port);
});

try {
  // Before anybody waits for it; and where it cannot run, the page's policy may be another.
  useEngine();
  postMessage('ready');
} catch {
  postMessage('unfit');
}
