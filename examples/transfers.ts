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
