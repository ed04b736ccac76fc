import { LONGEST_PATH, MOST_LEVELS } from '../session/relative-path.js';
import { childrenOf, handleOf, type AnyHandle } from '../util/pickers.js';

/** As many as a page keeps of what it is offered. */
export const MAX_FILES = 1_000;
// An offer carries 4,096 bytes of JSON, in which some characters take six.
const MAX_BYTES = 4_000;

export interface FoundFile {
  readonly file: File;
  /** From the shared folder's own name on, for a file that was shared with its folder. */
  readonly path?: string;
}

/** One thing that was dropped or chosen: a file, or a folder with all that is in it. */
export interface Found {
  readonly name: string;
  readonly files: readonly FoundFile[];
  /** By which it can be read again after a reload, where the browser gives one. */
  readonly handle?: AnyHandle;
}

/** Nothing of that folder is shared: half a folder would look like a whole one. */
export class FolderTooLarge extends Error {
  constructor(
    readonly folder: string,
    readonly bound: 'files' | 'depth' | 'path',
  ) {
    super(`${folder}: ${bound}`);
  }
}

/** What handles of newer browsers and entries of older ones have in common. */
interface Item {
  readonly name: string;
  file?(): Promise<File>;
  children?(): AsyncIterable<Item> | Promise<readonly Item[]>;
}

/** What was dropped. To be called while the drop is handled: afterwards the browser forgets it. */
export function foundInDrop(data: DataTransfer): Promise<Found>[] {
  return [...data.items].filter(({ kind }) => kind === 'file').map((item) => foundInItem(item));
}

function foundInItem(item: DataTransferItem): Promise<Found> {
  const file = item.getAsFile();
  const entry = item.webkitGetAsEntry();
  // Not there, or of a drop that a script has made.
  const handle = handleOf(item)?.catch(() => null);
  return (async () => {
    const known = await handle;
    if (known) return foundIn(known);
    if (entry?.isDirectory === true) return { name: entry.name, files: await filesOf(entryItem(entry)) };
    if (!file) throw new DOMException('It is no file.', 'NotFoundError');
    return { name: file.name, files: [{ file }] };
  })();
}

/** What lies behind a handle, now. */
export async function foundIn(handle: AnyHandle): Promise<Found> {
  return { name: handle.name, handle, files: await filesOf(handleItem(handle)) };
}

/** What was chosen with `<input webkitdirectory>`: files that know their paths. */
export function foundInInput(files: readonly File[]): Found {
  const [name = ''] = files[0]?.webkitRelativePath.split('/') ?? [];
  if (files.length > MAX_FILES) throw new FolderTooLarge(name, 'files');
  return { name, files: files.map((file) => ({ file, path: checked(name, file.webkitRelativePath) })) };
}

async function filesOf(top: Item): Promise<FoundFile[]> {
  if (top.file) return [{ file: await top.file() }];
  const files: FoundFile[] = [];
  const walk = async (item: Item, path: string): Promise<void> => {
    checked(top.name, path);
    if (item.file) {
      if (files.length >= MAX_FILES) throw new FolderTooLarge(top.name, 'files');
      files.push({ file: await item.file(), path });
      return;
    }
    for await (const child of (await item.children?.()) ?? []) await walk(child, `${path}/${child.name}`);
  };
  await walk(top, top.name);
  return files.sort((left, right) => ((left.path ?? '') < (right.path ?? '') ? -1 : 1));
}

function checked(folder: string, path: string): string {
  const bytes = new TextEncoder().encode(JSON.stringify(path)).length;
  if (path.length > LONGEST_PATH || bytes > MAX_BYTES) throw new FolderTooLarge(folder, 'path');
  if (path.split('/').length > MOST_LEVELS) throw new FolderTooLarge(folder, 'depth');
  return path;
}

function handleItem(handle: AnyHandle): Item {
  const { name } = handle;
  if (handle.kind === 'file') return { name, file: () => handle.getFile() };
  return { name, children: () => mapped(childrenOf(handle)) };
}

async function* mapped(handles: AsyncIterable<AnyHandle>): AsyncIterable<Item> {
  for await (const handle of handles) yield handleItem(handle);
}

function entryItem(entry: FileSystemEntry): Item {
  const { name } = entry;
  if (entry.isFile) {
    const file = (): Promise<File> => new Promise((...settle) => (entry as FileSystemFileEntry).file(...settle));
    return { name, file };
  }
  return { name, children: () => entriesIn(entry as FileSystemDirectoryEntry) };
}

/** A reader gives a hundred at a time, and none when it has given all. */
async function* entriesIn(folder: FileSystemDirectoryEntry): AsyncIterable<Item> {
  const reader = folder.createReader();
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((...settle) => reader.readEntries(...settle));
    if (entries.length === 0) return;
    yield* entries.map(entryItem);
  }
}
