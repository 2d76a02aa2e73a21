// Keeps what a phone needs when the network is away: stylesheet, scripts, the page "offline", and the last pages opened that
// hold nothing personal (the server marks personal ones no-store). The server puts FILES and VERSION in front.
/* global FILES, VERSION */
const KEPT = 'millet-' + VERSION, PAGES = 'millet-pages', PAGES_MAX = 60;

addEventListener('install', (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES)).then(() => skipWaiting()));
});

addEventListener('activate', (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT && name !== PAGES && name.startsWith('millet-'))
    .map((name) => caches.delete(name)))).then(() => clients.claim()));
});

async function asset(request) {
  const kept = await caches.match(request);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) (await caches.open(KEPT)).put(request, fresh.clone());
  return fresh;
}

async function keep(request, response) {
  const cache = await caches.open(PAGES);
  await cache.put(request, response);
  const kept = await cache.keys();
  for (const old of kept.slice(0, Math.max(0, kept.length - PAGES_MAX))) await cache.delete(old);
}

async function page(event) {
  try {
    const fresh = await fetch(event.request);
    const shared = !/no-store/.test(fresh.headers.get('Cache-Control') ?? '');
    if (fresh.status === 200 && !fresh.redirected && shared) event.waitUntil(keep(event.request, fresh.clone()));
    return fresh;
  } catch {
    // What the reader chose to keep is newer than what was only passed by.
    return (await (await caches.open('learn-kept')).match(event.request)) ?? (await (await caches.open('drive-kept')).match(event.request)) ?? (await caches.match(event.request)) ?? (await caches.match('/offline')) ?? Response.error();
  }
}

addEventListener('fetch', (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== 'GET' || url.origin !== location.origin) return;
  if (url.pathname.startsWith('/assets/')) event.respondWith(asset(event.request));
  else if (url.pathname.startsWith('/media/')) event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)));
  else if (event.request.mode === 'navigate') event.respondWith(page(event));
});
