import { PENDING, SHARED } from '../../shared/share-target.mjs';

export interface SharedWithApp {
  readonly files: readonly File[];
  readonly text: string;
}

/**
 * What another app has shared with this one, once: the service worker has kept it and named it in the address. Undefined if this
 * page was not opened for that; an error if it was, and there is nothing any more.
 */
export async function takeShare(): Promise<SharedWithApp | undefined> {
  const address = new URL(location.href);
  const id = address.searchParams.get(SHARED);
  if (id === null) return undefined;
  address.searchParams.delete(SHARED);
  history.replaceState(history.state, '', address);
  const name = `${PENDING}${id}`;
  if (!(await caches.has(name))) throw new Error('nothing is there');
  const cache = await caches.open(name);
  const files: File[] = [];
  let text = '';
  for (const { url } of await cache.keys()) {
    const response = await cache.match(url);
    if (!response) continue;
    if (url.endsWith('/text')) text = await response.text();
    else files.push(fileOf(await response.blob(), response.headers));
  }
  // The files themselves live on for as long as this page holds them.
  await caches.delete(name);
  return { files, text };
}

function fileOf(blob: Blob, headers: Headers): File {
  return new File([blob], decodeURIComponent(headers.get('name') ?? ''), { type: blob.type });
}
