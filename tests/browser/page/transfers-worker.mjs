// A Worker that has been given a channel: it offers one file, pulls what comes, and says what became of both.
import { Transfers } from '/dist/transfers.js';
import { bytesOf, isSame } from './content.mjs';

addEventListener('message', async ({ data: { channel } }) => {
  const transfers = new Transfers(channel, { maxMessageSize: 256 * 1024 });
  const offer = transfers.offer(new Blob([bytesOf('9-2000000-back')]), { name: '9-2000000-back' });
  for await (const file of transfers.incoming) {
    const arrived = await file.pull();
    const isRight = isSame(new Uint8Array(await arrived.arrayBuffer()), bytesOf(file.name));
    await offer.done;
    postMessage({ name: file.name, isRight, state: offer.state });
    break;
  }
});
