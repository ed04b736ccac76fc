import { createSHA256 } from 'hash-wasm';
import type { HashNews, HashRequest } from './hash.js';

const tell = (news: HashNews): void => postMessage(news);

addEventListener('message', ({ data }: MessageEvent<HashRequest>) => {
  hash(data.file).then(
    (value) => tell({ hash: value }),
    (error: unknown) => tell({ error: error instanceof Error ? error.message : String(error) }),
  );
});

/** Holds one piece at a time. */
async function hash(file: Blob): Promise<string> {
  const sha256 = await createSHA256();
  const reader = file.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    sha256.update(piece.value);
  }
  return sha256.digest();
}
