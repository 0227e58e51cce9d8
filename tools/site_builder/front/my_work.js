// The work that is kept in this browser: what JupyterLab saved, in the store that its settings name.

const DATABASE = "@STORE@";
const FILES = "files";

// Resolves to null while nothing was ever saved: to open the store would make an empty one.
async function open() {
  const all = await indexedDB.databases?.();
  if (all && !all.some((one) => one.name === DATABASE)) return null;
  const store = await asked(indexedDB.open(DATABASE));
  if (store.objectStoreNames.contains(FILES)) return store;
  store.close();
  return null;
}

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
  // Never make a store that JupyterLab has not made.
  request.onupgradeneeded = () => request.transaction.abort();
});

async function within(mode, action) {
  const store = await open().catch(() => null);
  if (!store) return null;
  try {
    const transaction = store.transaction(FILES, mode);
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
    const answer = await action(transaction.objectStore(FILES));
    await done;
    return answer;
  } finally {
    store.close();
  }
}

// All saved files, newest last: { path, type, format, content, last_modified, … }.
export async function savedFiles() {
  const files = (await within("readonly", (store) => asked(store.getAll()))) ?? [];
  return files.filter((file) => file?.path && file.type !== "directory");
}

export const forget = () => within("readwrite", (store) => asked(store.clear()));

export const editionOf = (file) => file.content?.metadata?.backprop_lib?.edition;

// The lessons of the site, by path: { title, edition }.
export const lessons = async () => (await fetch(new URL("lessons.json", import.meta.url))).json();

// Whether a saved copy began as an older edition than the one that the site has now.
export const isOlder = (file, lesson) => lesson !== undefined && editionOf(file) !== lesson.edition;

// Move a saved copy aside, so that the site's own stands in its place. Returns its new path.
export const moveAside = (path) => within("readwrite", async (store) => {
  const file = await asked(store.get(path));
  const stem = path.replace(/\.ipynb$/, "");
  let number = 1, to;
  do to = `${stem}_my_copy_${number++}.ipynb`; while (await asked(store.getKey(to)) !== undefined);
  await asked(store.put({ ...file, path: to, name: to.split("/").pop() }, to));
  await asked(store.delete(path));
  return to;
});

// The bytes of a saved file.
export function bytesOf(file) {
  if (file.format === "base64") return Uint8Array.from(atob(file.content), (c) => c.charCodeAt(0));
  const text = typeof file.content === "string" ? file.content : `${JSON.stringify(file.content, null, 1)}\n`;
  return new TextEncoder().encode(text);
}
