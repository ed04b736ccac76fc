// Over a channel of your own: Alice offers a file and awaits its delivery, Bob pulls it.
import { Transfers } from 'peer-session/transfers';
import { dataChannels } from './data-channels';

const [near, far] = await dataChannels();
const alice = new Transfers(near);
const bob = new Transfers(far);

const offer = alice.offer(new File(['not really a picture'], 'cat.png', { type: 'image/png' }));

for await (const file of bob.incoming) {
  const picture = await file.pull();
  console.log(`bob has ${picture.name}: ${picture.size} bytes`);
  break;
}
await offer.done;
console.log('and alice knows');

// --- The guide's page ---------------------------------------------------------------------------------------------------

// What an application attaches travels with the offer, and is data of the other side's.
const captioned = alice.offer(new Blob(['…']), { name: 'sea.txt', extra: { album: 'summer' } });
for await (const file of bob.incoming) {
  if (file.extra?.album !== 'summer') file.decline('only the summer, please');
  else await file.pull();
  break;
}
await captioned.done;

// A large file, with its progress, set aside for a moment, and given up by an AbortSignal.
const controller = new AbortController();
const large = alice.offer(new Blob([new Uint8Array(50_000_000)]), { name: 'large.bin', signal: controller.signal });
for await (const file of bob.incoming) {
  const pull = file.pull({ priority: -1 });
  for await (const { bytes, size, rate, remaining } of pull.progress()) {
    console.log(`${Math.round((bytes / size) * 100)} %, ${Math.round(rate / 1e6)} MB/s, ${remaining} ms left`);
    if (bytes > 0) break;
  }
  pull.pause();
  pull.resume();
  await pull.catch((error: unknown) => console.log(error instanceof PeerSessionError ? error.code : error));
  break;
}
