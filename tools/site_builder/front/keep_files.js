// Goes before JupyterLab's service worker: what was once loaded is there without a network, too.
// Files whose address changes with their content are taken from the store; all others are asked for
// first, so that an update of the site is seen at once.

const KEPT = "backprop-site";
const LASTING = /\/(static\/pyodide-\w+|build|extensions)\//;

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  const others = request.method !== "GET" || url.origin !== location.origin ||
    /\/api\/(drive|stdin|service-worker)/.test(url.pathname);
  if (others) return;
  event.stopImmediatePropagation();
  event.respondWith(LASTING.test(url.pathname) ? keptFirst(event) : askedFirst(event));
});

async function keptFirst(event) {
  return (await (await caches.open(KEPT)).match(event.request)) ?? fetchAndKeep(event);
}

async function askedFirst(event) {
  try {
    return await fetchAndKeep(event);
  } catch (problem) {
    const kept = await (await caches.open(KEPT)).match(event.request, { ignoreSearch: true });
    if (kept) return kept;
    throw problem;
  }
}

async function fetchAndKeep(event) {
  const answer = await fetch(event.request), cache = await caches.open(KEPT);
  if (answer.status === 200) event.waitUntil(cache.put(event.request, answer.clone()).catch(() => {}));
  return answer;
}
