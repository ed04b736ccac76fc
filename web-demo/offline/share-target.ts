import { PENDING, SHARED, SHARE_LIMITS, textOf } from '../shared/share-target.mjs';

/** As in the manifest. */
export const SHARE_TARGET = 'share-target';

/**
 * Keeps what another app shares with this one, and sends the person to a page that takes it: in a private room, for nobody meant
 * it for strangers. One share waits at a time; what no page ever took is gone with the next.
 */
export async function receiveShare(request: Request, page: string): Promise<Response> {
  const address = new URL(page);
  address.hash = new URLSearchParams({ room: crypto.randomUUID() }).toString();
  try {
    const form = await request.formData();
    const id = crypto.randomUUID();
    const old = (await caches.keys()).filter((name) => name.startsWith(PENDING));
    await Promise.all(old.map((name) => caches.delete(name)));
    const cache = await caches.open(`${PENDING}${id}`);
    const files = form.getAll('files').filter((entry) => entry instanceof File);
    for (const [index, file] of files.slice(0, SHARE_LIMITS.files).entries()) {
      const headers = { 'content-type': file.type || 'application/octet-stream', name: encodeURIComponent(file.name) };
      await cache.put(`${page}${SHARED}/${index}`, new Response(file, { headers }));
    }
    const text = textOf(['title', 'text', 'url'].map((name) => form.get(name)));
    if (text !== '') await cache.put(`${page}${SHARED}/text`, new Response(text));
    address.searchParams.set(SHARED, id);
  } catch {
    // What came is no form, or there is no room for it. The page is opened all the same.
    address.searchParams.set(SHARED, '');
  }
  return Response.redirect(address.href, 303);
}
