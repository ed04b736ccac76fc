import { provideEngine, useEngine } from './engine/runtime.js';
import { HostedSession } from './remote/hosted-session.js';
import type { Line } from './remote/line.js';
import type { WorkerMessage } from './remote/place.js';
import { instantiateEmbedded } from './engine/embedded.js';

provideEngine(instantiateEmbedded);

const tell = (message: WorkerMessage, transfer: Transferable[] = []): void => {
  postMessage(message, { transfer });
};

/** Hears by the port, and answers by the Worker itself: see `PageEnd`. */
class HostEnd implements Line {
  readonly #number: number;
  readonly #port: MessagePort;

  constructor(number: number, port: MessagePort) {
    this.#number = number;
    this.#port = port;
  }

  get onmessage(): Line['onmessage'] {
    return this.#port.onmessage;
  }

  set onmessage(listener: Line['onmessage']) {
    this.#port.onmessage = listener;
  }

  get onmessageerror(): Line['onmessageerror'] {
    return this.#port.onmessageerror;
  }

  set onmessageerror(listener: Line['onmessageerror']) {
    this.#port.onmessageerror = listener;
  }

  postMessage(message: unknown, transfer: Transferable[]): void {
    tell([this.#number, message], transfer);
  }

  close(): void {
    this.#port.close();
  }
}

addEventListener('message', ({ data, ports }: MessageEvent<number>) => {
  for (const port of ports) new HostedSession(new HostEnd(data, port));
});

try {
  // Before anybody waits for it; and where it cannot run, the page's policy may be another.
  useEngine();
  tell('ready');
} catch {
  tell('unfit');
}
