// The platform's hash is the fastest and wants the whole file in memory; what is larger is hashed piece by piece, off the page's thread.
const LARGEST_WHOLE = 16 * 1024 * 1024;

/** What the Worker is asked, and what it says. */
export interface HashRequest {
  readonly file: Blob;
}
export type HashNews = { readonly hash: string } | { readonly error: string };

let worker: Worker | undefined;

/** SHA-256 of a file of any size, in hexadecimal. One file at a time. */
export async function hashOf(file: Blob): Promise<string> {
  if (file.size <= LARGEST_WHOLE) {
    return toHex(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()));
  }
  worker ??= new Worker(new URL('./hash-worker.ts', import.meta.url), { type: 'module' });
  const asked = worker;
  return new Promise((resolve, reject) => {
    const end = (): void => {
      asked.onmessage = null;
      asked.onerror = null;
    };
    asked.onmessage = ({ data }: MessageEvent<HashNews>) => {
      end();
      if ('hash' in data) resolve(data.hash);
      else reject(new Error(data.error));
    };
    asked.onerror = ({ message }) => {
      end();
      // Another attempt gets another one.
      worker = undefined;
      reject(new Error(message || 'the Worker that hashes large files could not be started'));
    };
    asked.postMessage({ file } satisfies HashRequest);
  });
}

function toHex(digest: ArrayBuffer): string {
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
