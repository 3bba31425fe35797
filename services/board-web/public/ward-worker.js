// Keeps the page of the ward for a reload without network: its one page and the files it was made of, all of them public and the same for
// everybody. It serves /ward alone, keeps no answer of the service, and stands aside while the network answers.
const KEPT = 'wardstream.ward';
const PAGE = '/ward';
/** A network that does not answer for so long is none. */
const PATIENCE_MS = 8_000;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', (event) => event.waitUntil(keep(event.data).catch(() => undefined)));
self.addEventListener('fetch', (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== 'GET' || origin !== self.location.origin) return;
  if (mode === 'navigate') {
    if (pathname === PAGE) event.respondWith(page(event.request));
  } else if (pathname.startsWith('/assets/') || pathname === '/icon.svg') {
    event.respondWith(caches.match(pathname).then((kept) => kept ?? fetch(event.request)));
  }
});

async function page(request) {
  const kept = await caches.match(PAGE);
  if (kept === undefined) return fetch(request);
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error('no answer')), PATIENCE_MS));
  return Promise.race([fetch(request), late]).catch(() => kept);
}

/** Keeps exactly these files. The page goes with them only where all that it asks for is among them: a newer one waits for its own. */
async function keep(paths) {
  if (!Array.isArray(paths)) return;
  const cache = await caches.open(KEPT);
  for (const path of paths) if ((await cache.match(path)) === undefined) await cache.add(path);
  const fresh = await fetch(PAGE, { cache: 'no-store' });
  const html = await fresh.clone().text();
  const isWhole = [...html.matchAll(/"(\/assets\/[^"]+)"/g)].every(([, path]) => paths.includes(path));
  if (!fresh.ok || !isWhole) return;
  await cache.put(PAGE, fresh);
  const wanted = new Set([PAGE, ...paths]);
  for (const request of await cache.keys()) if (!wanted.has(new URL(request.url).pathname)) await cache.delete(request);
}
