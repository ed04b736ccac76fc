import { extensionAt, numbered } from '../util/unique-names.js';
import { pathsOf, type Saveable } from './zip.js';

// More files of one name than anybody has.
const MAX_COPIES = 1_000;

export interface SavedToFolder {
  readonly saved: number;
  /** Paths of those that could not be written, with why. */
  readonly failed: readonly { readonly path: string; readonly reason: unknown }[];
}

/** Writes them into that folder, with their own folders in it. What is there already is never overwritten. */
export async function saveToFolder(
  top: FileSystemDirectoryHandle,
  files: readonly Saveable[],
  onProgress: (done: number) => void,
): Promise<SavedToFolder> {
  const failed: { path: string; reason: unknown }[] = [];
  for (const [index, path] of pathsOf(files).entries()) {
    onProgress(index);
    try {
      await saveOne(top, path, files[index]?.blob ?? new Blob());
    } catch (reason) {
      failed.push({ path, reason });
    }
  }
  onProgress(files.length);
  return { saved: files.length - failed.length, failed };
}

async function saveOne(top: FileSystemDirectoryHandle, path: string, blob: Blob): Promise<void> {
  const segments = path.split('/');
  const name = segments.pop() ?? '';
  let folder = top;
  for (const segment of segments) folder = await folderIn(folder, segment);
  const free = await freeName(folder, name);
  const handle = await folder.getFileHandle(free, { create: true });
  try {
    await blob.stream().pipeTo(await handle.createWritable());
  } catch (error) {
    // It is empty.
    await folder.removeEntry(free).catch(() => undefined);
    throw error;
  }
}

/** The one of that name, or where a file has that name a numbered one. */
async function folderIn(folder: FileSystemDirectoryHandle, name: string): Promise<FileSystemDirectoryHandle> {
  for (let count = 1; ; count += 1) {
    try {
      return await folder.getDirectoryHandle(count === 1 ? name : numbered(name, count, name.length), { create: true });
    } catch (error) {
      if (!isOfOtherKind(error) || count >= MAX_COPIES) throw error;
    }
  }
}

async function freeName(folder: FileSystemDirectoryHandle, name: string): Promise<string> {
  for (let count = 1; count <= MAX_COPIES; count += 1) {
    const candidate = count === 1 ? name : numbered(name, count, extensionAt(name));
    if (!(await has(folder, candidate))) return candidate;
  }
  throw new DOMException(`There are too many files with the name ${name}.`, 'InvalidModificationError');
}

async function has(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await folder.getFileHandle(name);
    return true;
  } catch (error) {
    if (isOfOtherKind(error)) return true;
    if (error instanceof DOMException && error.name === 'NotFoundError') return false;
    throw error;
  }
}

function isOfOtherKind(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'TypeMismatchError';
}
