// What each framework's probe does with its hook. `mount` shows the snapshot as text in an element, calls `rendered` each time, and
// returns what unmounts it again.
import { channelPair } from 'peer-session/testing';
import { storeOf, Transfers } from 'peer-session/transfers';

const unhandled = [];
process.on('unhandledRejection', (reason) => unhandled.push(String(reason)));

/** What a page shows of it. */
export const textOf = ({ state, incoming, pulls }) =>
  [state === 'closed' ? state : '', ...incoming.map((view) => view.state), ...pulls.map((view) => view.state)]
    .join(' ')
    .trim();

const turns = async (count = 30) => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setTimeout(resolve));
};

async function mountOnce(mount, transfers) {
  const { unmount } = await mount(transfers, () => {});
  await turns(1);
  await unmount();
}

/** Every function that is subscribed from here on, as long as anybody holds it. */
function watchSubscriptions(store) {
  const { subscribe } = store;
  const subscribed = [];
  store.subscribe = (listener) => {
    subscribed.push(new WeakRef(listener));
    return subscribe(listener);
  };
  return subscribed;
}

async function collect() {
  for (let round = 0; round < 5; round++) {
    await turns(5);
    globalThis.gc?.();
  }
}

/** Of a frame of its own, so that nothing of it is left on the stack. */
async function live(mount) {
  const [near, far] = channelPair();
  const a = new Transfers(near);
  const b = new Transfers(far);
  await Promise.all([a.ready, b.ready]);
  const shown = [];
  let renders = 0;
  const rendered = () => {
    renders += 1;
  };
  const show = async (element, expected) => {
    for (let turn = 0; turn < 200 && element.textContent !== expected; turn++) await turns(1);
    shown.push(element.textContent);
  };
  // As often as a page comes and goes, or is replaced by its next version.
  const subscribed = watchSubscriptions(storeOf(b));
  for (let times = 0; times < 50; times++) await mountOnce(mount, b);
  await collect();
  const left = subscribed.filter((listener) => listener.deref()).length;
  const { element, unmount } = await mount(b, rendered);
  const offer = a.offer(new Blob(['x']), { name: 'x' });
  const { value: file } = await b.incoming[Symbol.asyncIterator]().next();
  await show(element, 'offered');
  await turns();
  renders = 0;
  const other = a.offer(new Blob(['y']), { name: 'y' });
  const { value: second } = await b.incoming[Symbol.asyncIterator]().next();
  await turns();
  const rendersPerChange = renders;
  second.decline();
  await other.done.catch(() => {});
  await file.pull();
  await offer.done;
  await show(element, 'done');
  a.close();
  await b.closed;
  await show(element, 'closed done');
  shown[2] = shown[2]?.replace(' done', '');
  await unmount();
  return { shown, rendersPerChange, left, mounts: subscribed.length, held: new WeakRef(b) };
}

export async function probe(mount) {
  const { shown, rendersPerChange, left, mounts, held } = await live(mount);
  for (let round = 0; round < 5 && held.deref(); round++) await collect();
  console.log(
    JSON.stringify({ shown, rendersPerChange, left, mounts, isCollected: held.deref() === undefined, unhandled }),
  );
  process.exit();
}
