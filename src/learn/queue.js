// What was written waits here until the server has it: IndexedDB, so that a closed tab loses nothing. Each entry carries the
// name of this device and a number given once; the server takes the same pair once, so sending twice does no harm.
const open = () => new Promise((done, fail) => {
  const asked = indexedDB.open('millet-queue', 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore('queue', { keyPath: 'seq', autoIncrement: true });
  asked.onsuccess = () => done(asked.result);
  asked.onerror = () => fail(asked.error);
});

async function act(mode, what) {
  const db = await open();
  try {
    return await new Promise((done, fail) => {
      const change = db.transaction('queue', mode, { durability: 'strict' });
      const asked = what(change.objectStore('queue'));
      change.oncomplete = () => done(asked.result);
      change.onabort = change.onerror = () => fail(change.error);
    });
  } finally {
    db.close();
  }
}

export function device() {
  let name = localStorage.getItem('millet-device');
  if (!name) {
    name = [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, '0')).join('');
    localStorage.setItem('millet-device', name);
  }
  return name;
}

export const waiting = () => act('readonly', (store) => store.getAll());
export const drop = (seq) => act('readwrite', (store) => store.delete(seq));
// who: the person it belongs to; another one on the same phone never sends it.
export const put = (who, path, body, title) => act('readwrite', (store) => store.add({ who, path, body, title, at: new Date().toISOString(), device: device() }));

let sending;
// Sends what waits, oldest first, one run at a time also between tabs. Gives {left, sent, refused, signIn}.
export function flush(who) {
  const run = async () => {
    const result = { left: 0, sent: 0, refused: null, signIn: false };
    for (const entry of await waiting()) {
      if (entry.who !== who || entry.refused) continue;
      let reply;
      try {
        reply = await fetch(entry.path, {
          method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
          body: JSON.stringify({ ...entry.body, ...(entry.body.once ? { device: entry.device, seq: entry.seq } : {}), once: undefined }),
        });
      } catch {
        break; // no network: it goes on waiting
      }
      if (reply.status === 401 || reply.status === 403) {
        result.signIn = true;
        break;
      }
      if (reply.status === 429 || reply.status >= 500) break;
      if (reply.ok) {
        result.sent++;
        await drop(entry.seq);
      } else {
        const why = await reply.json().catch(() => ({}));
        result.refused = why.detail || why.title || String(reply.status);
        await act('readwrite', (store) => store.put({ ...entry, refused: result.refused }));
      }
    }
    result.left = (await waiting()).filter((entry) => entry.who === who && !entry.refused).length;
    return result;
  };
  sending = (sending ?? Promise.resolve()).catch(() => {}).then(() => (navigator.locks ? navigator.locks.request('millet-queue', run) : run()));
  return sending;
}
