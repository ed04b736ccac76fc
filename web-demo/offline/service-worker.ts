import { receiveShare, SHARE_TARGET } from './share-target.js';

/** What the build made, without this file; filled in by plugin.mjs. */
declare const BUILT: { readonly version: string; readonly files: readonly string[] };

declare const self: ServiceWorkerGlobalScope;

const PREFIX = 'page-';
const CURRENT = `${PREFIX}${BUILT.version}`;

const { scope } = self.registration;
const page = new URL('./', scope).href;
const shareTarget = new URL(SHARE_TARGET, scope).href;
const files = new Set(BUILT.files.map((name) => new URL(name, scope).href));
// Their names have a hash of what is in them.
const assets = new URL('assets/', scope).href;

self.addEventListener('install', (event) => {
  // No skipWaiting(): pages that are open keep what they were made with. The next load gets the new page anyway, from the network.
  event.waitUntil(store([page, ...files]));
});

self.addEventListener('activate', (event) => {
  event.waitUntil(Promise.all([forgetOlder(), self.clients.claim()]));
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  url.search = '';
  url.hash = '';
  if (request.method === 'POST' && url.href === shareTarget) event.respondWith(receiveShare(request, page));
  if (request.method !== 'GET') return;
  // Anything else is not this worker's: what a server says of itself, above all.
  if (url.href === page) event.respondWith(newest(event, page));
  else if (url.href.startsWith(assets)) event.respondWith(kept(event, url.href));
  else if (files.has(url.href)) event.respondWith(newest(event, url.href));
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(showPage());
});

async function store(urls: readonly string[]): Promise<void> {
  const cache = await caches.open(CURRENT);
  // What the browser's own cache has may be of another build.
  await cache.addAll(urls.map((url) => new Request(url, { cache: 'reload' })));
}

async function forgetOlder(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith(PREFIX) && name !== CURRENT).map((name) => caches.delete(name)),
  );
}

/** From the network, else as it was the last time; a proxy whose server is away answers, too, but with an error of its own. */
async function newest(event: FetchEvent, url: string): Promise<Response> {
  try {
    const response = await fetch(event.request);
    if (response.status < 500) return keep(event, url, response);
  } catch {
    // There is no network.
  }
  return (await fromCache(url)) ?? Response.error();
}

/** What can be in no other way than it was. */
async function kept(event: FetchEvent, url: string): Promise<Response> {
  return (await fromCache(url)) ?? keep(event, url, await fetch(event.request));
}

async function fromCache(url: string): Promise<Response | undefined> {
  // A page that is open may be of the build before.
  const own = await caches.open(CURRENT);
  return (await own.match(url)) ?? caches.match(url);
}

function keep(event: FetchEvent, url: string, response: Response): Response {
  const copy = response.clone();
  if (response.status === 200) event.waitUntil(caches.open(CURRENT).then((cache) => cache.put(url, copy)));
  return response;
}

async function showPage(): Promise<void> {
  const [open] = await self.clients.matchAll({ type: 'window' });
  await (open ? open.focus() : self.clients.openWindow(page));
}
