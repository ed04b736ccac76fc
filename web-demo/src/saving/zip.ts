import { downloadZip } from 'client-zip';
import { uniquePaths } from '../util/unique-names.js';
import { isNoChoice, pickers } from '../util/pickers.js';

export interface Saveable {
  readonly blob: Blob;
  readonly name: string;
  /** Where it lies in a folder that was shared, its name included. */
  readonly path?: string | undefined;
}

/** Above this an archive is written where it shall lie, or at least not into memory. */
const IN_MEMORY = 64 * 1024 * 1024;
const FOLDER = 'demo-archives';
// Long enough for a download of it to have ended, whatever its size.
const LIFETIME_MS = 24 * 60 * 60 * 1000;

export const pathsOf = (files: readonly Saveable[]): string[] =>
  uniquePaths(files.map(({ path, name }) => path ?? name));

/**
 * One archive of them all, with their folders. A small one is made in memory; a larger one goes piece by piece to where the person
 * says, or through the origin-private file system. Returns what is to be downloaded, or nothing where it has been written already.
 */
export async function zip(files: readonly Saveable[], name: string): Promise<Blob | undefined> {
  const size = files.reduce((sum, { blob }) => sum + blob.size, 0);
  if (size <= IN_MEMORY) return archive(files).blob();
  const page = pickers();
  if (page.showSaveFilePicker) {
    try {
      await write(await page.showSaveFilePicker({ suggestedName: name }), archive(files));
      return undefined;
    } catch (error) {
      if (isNoChoice(error)) return undefined;
      throw error;
    }
  }
  const folder = await archives().catch(() => undefined);
  if (!folder) return archive(files).blob();
  const handle = await folder.getFileHandle(`${String(Date.now())}-${crypto.randomUUID()}`, { create: true });
  await write(handle, archive(files));
  return handle.getFile();
}

/** Archives of earlier days that were downloaded, or not. */
export async function expireArchives(): Promise<void> {
  const folder = await archives();
  const names = (folder as FileSystemDirectoryHandle & { keys(): AsyncIterable<string> }).keys();
  for await (const name of names) {
    if (Number(name.split('-')[0]) < Date.now() - LIFETIME_MS) await folder.removeEntry(name);
  }
}

function archive(files: readonly Saveable[]): Response {
  const paths = pathsOf(files);
  return downloadZip(files.map(({ blob }, index) => ({ input: blob, name: paths[index] ?? '' })));
}

async function write(handle: FileSystemFileHandle, { body }: Response): Promise<void> {
  await body?.pipeTo(await handle.createWritable());
}

async function archives(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
}
