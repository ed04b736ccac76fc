// Pulls into the store of the origin-private file system, in the page.
import { OpfsStore } from '/dist/opfs.js';
import { bytesOf } from './content.mjs';

/** Begins to pull what was offered first, or as that one. `holdAt`: the store is given no more, once it has so many bytes. */
export function pullIntoStore(party, { store = new OpfsStore(), which = 0, holdAt = Infinity, room } = {}) {
  const [transferId, name] = [...party.offers][which];
  const ended = new Promise((resolve) => {
    const isIt = (other) => other === transferId;
    party.session.addEventListener('received', ({ file, result }) => {
      if (isIt(file.transferId)) resolve({ file, result, name });
    });
    party.session.addEventListener('transferend', ({ error, transferId: other }) => {
      if (error && isIt(other)) resolve({ code: error.code, cause: error.cause });
    });
  });
  // As it is given by applications, where nothing is in its way.
  const to = holdAt === Infinity ? store : { sink: () => held(store.sink(), holdAt) };
  party.session.pullFile(transferId, { to, room });
  return ended;
}

/** A sink that lets so much through to that one and then takes its time, for ever. */
function held(sink, holdAt) {
  return {
    open: (file) => sink.open(file),
    write: (chunk, at, hashState) => (at >= holdAt ? new Promise(() => {}) : sink.write(chunk, at, hashState)),
    restart: () => sink.restart(),
    finish: (hash) => sink.finish(hash),
    abort: (reason) => sink.abort(reason),
    keep: (reason) => sink.keep(reason),
  };
}

/** The first byte that is not what the name says; undefined if there is none. Reads piece by piece. */
export async function firstWrong(blob, name) {
  const right = bytesOf(name);
  const step = 8 * 1024 * 1024;
  for (let start = 0; start < blob.size; start += step) {
    const piece = new Uint8Array(await blob.slice(start, start + step).arrayBuffer());
    const wrong = piece.findIndex((byte, index) => byte !== right[start + index]);
    if (wrong >= 0) return start + wrong;
  }
  return undefined;
}

/** What the ledger says is safe, as the files have it. */
export async function safeContent({ hash, size }) {
  const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('peer-session');
  const files = await folder.getDirectoryHandle(`${hash}-${size}`);
  const { parts } = (await ledger('readonly', (table) => table.getAll())).find((entry) => entry.hash === hash);
  const contents = parts.map(async (length, part) =>
    (await (await files.getFileHandle(String(part))).getFile()).slice(0, length),
  );
  return new Blob(await Promise.all(contents));
}

/** Spoils what the ledger says. */
export async function changeEntries(change) {
  for (const entry of await ledger('readonly', (table) => table.getAll())) {
    change(entry);
    await ledger('readwrite', (table) => table.put(entry));
  }
}

async function ledger(mode, work) {
  const database = await ended(indexedDB.open('peer-session'));
  const result = await ended(work(database.transaction('files', mode).objectStore('files')));
  database.close();
  return result;
}

const ended = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
