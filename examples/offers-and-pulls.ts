// What can be done with offers and pulls: what is attached, declined, paused, given up.
import { PeerSessionError, Transfers, type IncomingFile } from 'peer-session/transfers';
import { dataChannels } from './data-channels';

const [near, far] = await dataChannels();
const alice = new Transfers(near);
const bob = new Transfers(far);

async function nextOf(transfers: Transfers): Promise<IncomingFile> {
  for await (const file of transfers.incoming) return file;
  throw new Error('They have left.');
}

// What an application attaches to an offer, the other side's reads before it pulls.
const diary = alice.offer(new Blob(['Dear diary']), { name: 'diary.txt', extra: { album: 'private' } });
const unwanted = await nextOf(bob);
if (unwanted.extra?.['album'] === 'private') unwanted.decline('not for my eyes');
await diary.done.catch((error: unknown) => {
  if (!(error instanceof PeerSessionError)) throw error;
  console.log(`${diary.name}: ${error.code}, ${String(error.peerReason)}, ${String(error.peerMessage)}`);
});

// A large file, with its progress, set aside for a moment.
const video = alice.offer(new Blob([new Uint8Array(50_000_000)]), { name: 'video.webm' });
const pull = (await nextOf(bob)).pull({ priority: -1 });
for await (const { bytes, size, rate, remaining } of pull.progress()) {
  document.title = `${Math.floor((bytes / size) * 100)} %, ${Math.round(rate / 1e6)} MB/s, ${Math.ceil(remaining / 1000)} s`;
  if (bytes > 0) break;
}
pull.pause();
const urgent = alice.offer(new Blob(['now']), { name: 'urgent.txt' });
console.log(await (await (await nextOf(bob)).pull()).text());
await urgent.done;
pull.resume();
console.log(`${(await pull).name}: ${(await pull).size} bytes`);
await video.done;

// Whoever gives up says so by a signal; both sides hear of it.
const controller = new AbortController();
const endless = alice.offer(new Blob([new Uint8Array(50_000_000)]), { signal: controller.signal });
const arriving = (await nextOf(bob)).pull();
await endless.pulled;
controller.abort();
const failed = await Promise.allSettled([endless.done, arriving]);
for (const { status, ...how } of failed) {
  if ('reason' in how && how.reason instanceof PeerSessionError) console.log(`${status}: ${how.reason.code}`);
}

alice.close();
await bob.closed;
