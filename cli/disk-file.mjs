// @ts-check
import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';

const pieceSize = 1024 * 1024;

/**
 * A part of a file on the disk, as much of a `File` as reading takes. (`openAsBlob` of Node 20 counts sizes in 32 bits.)
 */
class DiskFile {
  /**
   * @param {string} path
   * @param {{ name: string, type: string, lastModified: number, start: number, end: number }} about
   */
  constructor(path, about) {
    this.path = path;
    this.about = about;
    this.name = about.name;
    this.type = about.type;
    this.lastModified = about.lastModified;
    this.size = about.end - about.start;
  }

  slice(from = 0, to = this.size) {
    const start = this.about.start + Math.min(from, this.size);
    return new DiskFile(this.path, {
      ...this.about,
      start,
      end: Math.max(start, this.about.start + Math.min(to, this.size)),
    });
  }

  /** Opened when it is read, and closed at its end: of what waits nothing is open. */
  stream() {
    const { path, about } = this;
    let at = about.start;
    /** @type {import('node:fs/promises').FileHandle | undefined} */
    let file;
    const close = async () => {
      await file?.close();
      file = undefined;
    };
    return new ReadableStream(
      {
        async pull(controller) {
          try {
            file ??= await open(path, 'r');
            const piece = new Uint8Array(Math.min(pieceSize, about.end - at));
            const { bytesRead } = piece.length > 0 ? await file.read(piece, 0, piece.length, at) : { bytesRead: 0 };
            at += bytesRead;
            if (bytesRead > 0) controller.enqueue(piece.subarray(0, bytesRead));
            if (bytesRead > 0 && at < about.end) return;
            await close();
            controller.close();
          } catch (error) {
            await close();
            throw error;
          }
        },
        cancel: close,
      },
      { highWaterMark: 0 },
    );
  }
}

/**
 * A file on the disk, as a browser's handle would give it: what has changed since is another file, which nobody was to get.
 *
 * @param {string} path
 * @param {{ name: string, type: string, size: number, mtimeMs: number }} about As it was.
 * @returns {FileSystemFileHandle}
 */
export function diskHandle(path, { name, type, size, mtimeMs }) {
  const file = new DiskFile(path, { name, type, lastModified: mtimeMs, start: 0, end: size });
  const getFile = async () => {
    const now = await stat(path);
    if (now.size !== size || now.mtimeMs !== mtimeMs) throw new DOMException('It has changed.', 'NotReadableError');
    return file;
  };
  return /** @type {any} */ ({ kind: 'file', name, getFile });
}

/**
 * Lower-case hexadecimal SHA-256.
 *
 * @param {FileSystemFileHandle} handle
 * @param {(bytes: number) => void} tell
 * @param {AbortSignal} signal
 */
export async function hashOf(handle, tell, signal) {
  const hash = createHash('sha256');
  let bytes = 0;
  const reader = (await handle.getFile()).stream().getReader();
  for (;;) {
    signal.throwIfAborted();
    const { done, value } = await reader.read();
    if (done) break;
    hash.update(value);
    bytes += value.length;
    tell(bytes);
  }
  // As it was all the time.
  await handle.getFile();
  return hash.digest('hex');
}
