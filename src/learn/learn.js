// Learning without a network: keeps what the reader follows, and sends what they wrote once the network is back.
import { device, drop, flush, put, waiting } from "./queue.js";

const sync = document.getElementById('sync');
const who = sync?.dataset.who ?? '0';
const signedIn = who !== '0' && who !== '0000000000000';
const KEPT = 'learn-kept';
const html = document.documentElement;

const when = (iso) => new Intl.DateTimeFormat(html.lang, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));

async function say(result) {
  if (!sync) return;
  const words = [];
  if (html.dataset.keptAt) words.push(`${sync.dataset.updated} ${when(html.dataset.keptAt)}.`);
  const left = result?.left ?? (await waiting().catch(() => [])).filter((entry) => entry.who === who && !entry.refused).length;
  if (left) words.push(`${sync.dataset.waiting} ${left}.`);
  if (result?.sent && !left) words.push(sync.dataset.sent);
  if (result?.refused) words.push(`${sync.dataset.refused} ${result.refused}`);
  if (result?.signIn) words.push(sync.dataset.signin);
  sync.textContent = words.join(' ');
  sync.hidden = !words.length;
}

async function send() {
  if (!signedIn) return say();
  const result = await flush(who);
  await say(result);
  return result;
}

// Forms that may wait: what was typed is safe in the queue before anything is sent.
document.addEventListener('submit', async (event) => {
  const form = event.target;
  if (!form.matches('[data-queue]') || !signedIn || !window.indexedDB) return;
  const photo = form.querySelector('input[type=file]');
  if (photo?.files.length) return; // a photo needs the network now
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form));
  const kind = form.dataset.queue;
  const once = kind === 'comment' || kind === 'task';
  const body = kind === 'tick' ? { done: fields.done === '1' } : kind === 'read' ? { read: fields.read === '1' }
    : kind === 'task' ? { words: fields.words, once } : { subject: fields.subject, ...(fields.parent ? { parent: fields.parent } : {}), body: fields.body, once };
  const button = form.querySelector('button');
  button.disabled = true;
  try {
    await put(who, form.dataset.path, body, document.querySelector('h1')?.textContent ?? '');
  } catch {
    button.disabled = false;
    return form.submit(); // no room or no queue: the browser's own way
  }
  const result = await send();
  button.disabled = false;
  delete form.dataset.sent;
  if (result?.sent && !result.refused && !html.dataset.keptAt) return location.reload();
  if (result?.left || html.dataset.keptAt) {
    form.reset();
    const line = document.createElement('p');
    line.className = 'said muted';
    line.textContent = `${body.body ?? body.words ?? ''} · ${sync.dataset.waiting} 1`;
    form.after(line);
  }
});

// ---- keeping ----

const limit = () => Number(localStorage.getItem('millet-keep-mb') ?? 20) * 1e6;

// A quiz that does not run by the clock is begun now, so that its paper can be answered without a network; gives the attempt, or nothing.
async function prepare(quiz) {
  const reply = await fetch(`/api/v1/quizzes/${quiz}/attempts`, {
    method: 'POST', headers: { 'Content-Type': 'application/json', Accept: 'application/json' }, body: JSON.stringify({ device: device(), seq: Date.now(), offline: true }),
  }).catch(() => null);
  return reply?.ok ? (await reply.json()).id : null;
}

async function withPapers(items) {
  const all = [];
  for (const entry of items) {
    all.push(entry);
    const quiz = /^\/quizzes\/(\w{13})$/.exec(entry.path)?.[1], attempt = quiz && await prepare(quiz);
    if (attempt) all.push({ path: entry.sheet = `/attempts/${attempt}?all=1`, title: entry.title, part: true });
  }
  return all;
}

async function keepPage(cache, entry) {
  const reply = await fetch(entry.path, { headers: { Accept: 'text/html', 'X-Kept': '1' } });
  if (!reply.ok || reply.redirected) return 0;
  // One picture each: the plain one, since nobody knows which width the browser will ask for.
  let text = (await reply.text()).replace(/<source[^>]*>/g, '');
  if (entry.sheet) text = text.replace(/<form[^>]*\/start"[^]*?<button[^>]*>([^<]*)[^]*?<\/form>/, `<p class="act stay"><a class="btn" href="${entry.sheet}">$1</a></p>`);
  text = text.replace('<html ', `<html data-kept-at="${new Date().toISOString()}" `);
  let bytes = new Blob([text]).size;
  for (const [, address] of text.matchAll(/<img [^>]*?src="(\/media\/[^"]+)"/g)) {
    if (await cache.match(address)) continue;
    const picture = await fetch(address).catch(() => null);
    if (!picture?.ok) continue;
    bytes += (await picture.clone().blob()).size;
    await cache.put(address, picture);
  }
  for (const [, address] of text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) fetch(address).catch(() => {}); // the service worker keeps these
  await cache.put(entry.path, new Response(text, { headers: { 'Content-Type': 'text/html; charset=utf-8', 'X-Kept-Title': encodeURIComponent(entry.title), 'X-Kept-Part': entry.part ? '1' : '', 'X-Kept-Bytes': String(bytes), 'X-Kept-At': new Date().toISOString() } }));
  return bytes;
}

async function keepAll(progress) {
  if (!signedIn || !window.caches) return null;
  const reply = await fetch('/api/v1/kept', { headers: { Accept: 'application/json' } }).catch(() => null);
  if (!reply?.ok) return null;
  await flush(who);
  const items = await withPapers((await reply.json()).items);
  const cache = await caches.open(KEPT);
  const wanted = new Set(items.map((entry) => entry.path));
  for (const old of await cache.keys()) {
    const url = new URL(old.url);
    if (!url.pathname.startsWith('/media/') && !wanted.has(url.pathname + url.search)) await cache.delete(old);
  }
  let bytes = 0, full = false, done = 0;
  for (const entry of items) {
    progress?.(++done, items.length);
    if (bytes > limit()) {
      full = true;
      await cache.delete(entry.path);
    } else {
      bytes += await keepPage(cache, entry).catch(() => 0);
    }
  }
  localStorage.setItem('millet-kept', JSON.stringify({ at: Date.now(), who }));
  navigator.storage?.persist?.();
  return full;
}

// By itself twice a day, when the network is there and the reader does not save data.
async function keepNowAndThen() {
  const last = JSON.parse(localStorage.getItem('millet-kept') ?? '{}');
  if (last.who && last.who !== who && signedIn) await caches?.delete(KEPT);
  if (!navigator.onLine || navigator.connection?.saveData || document.getElementById('kept')) return;
  if (last.who !== who || Date.now() - last.at > 12 * 3600e3) await keepAll();
}

// ---- the page "On this phone" ----

async function showKept(page) {
  const size = document.getElementById('kept-size'), list = document.getElementById('kept-list');
  const cache = await caches.open(KEPT);
  let bytes = 0;
  list.replaceChildren();
  for (const key of await cache.keys()) {
    const kept = await cache.match(key);
    if (!kept.headers.get('X-Kept-At')) continue;
    bytes += Number(kept.headers.get('X-Kept-Bytes'));
    if (kept.headers.get('X-Kept-Part')) continue; // the paper belongs to its quiz
    const line = document.createElement('li'), link = document.createElement('a'), small = document.createElement('small');
    link.href = new URL(key.url).pathname + new URL(key.url).search;
    link.className = 'grow';
    link.textContent = decodeURIComponent(kept.headers.get('X-Kept-Title'));
    small.textContent = `${Math.ceil(kept.headers.get('X-Kept-Bytes') / 1000)} KB · ${when(kept.headers.get('X-Kept-At'))}`;
    link.append(small);
    line.append(link);
    list.append(line);
  }
  size.textContent = list.children.length ? `${(bytes / 1e6).toFixed(1)} MB / ${limit() / 1e6} MB` : page.dataset.none;
}

async function showQueue(page) {
  const list = document.getElementById('queue');
  list.replaceChildren();
  for (const entry of await waiting()) {
    if (entry.who !== who) continue;
    const line = document.createElement('li'), words = document.createElement('span'), button = document.createElement('button');
    words.className = 'grow';
    words.textContent = `${entry.title}: ${entry.body.body ?? entry.body.words ?? ''} · ${when(entry.at)}${entry.refused ? ` · ${sync.dataset.refused} ${entry.refused}` : ''}`;
    button.className = 'link';
    button.textContent = page.dataset.drop;
    button.onclick = async () => { await drop(entry.seq); showQueue(page); };
    line.append(words, button);
    list.append(line);
  }
}

async function keptPage(page) {
  const size = document.getElementById('kept-size'), choice = document.getElementById('keep-limit');
  if (!window.caches) {
    size.textContent = page.dataset.cannot;
    return;
  }
  choice.value = String(limit() / 1e6);
  choice.onchange = () => localStorage.setItem('millet-keep-mb', choice.value);
  document.getElementById('keep-clear').onclick = async () => { await caches.delete(KEPT); await showKept(page); };
  document.getElementById('keep-now').onclick = async () => {
    const full = await keepAll((done, of) => { size.textContent = `${page.dataset.busy} ${done}/${of}`; });
    await showKept(page);
    if (full) size.textContent += ` ${page.dataset.full}`;
  };
  await showQueue(page);
  await showKept(page);
}

addEventListener('online', send);
const page = document.getElementById('kept');
if (page) keptPage(page);
send().then(() => page && showQueue(page)).then(keepNowAndThen).catch(() => {});
