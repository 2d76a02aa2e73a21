// The driver's phone: reports wait on the phone until the server has them, with photo and drawn signature; the pages of today's
// rounds are kept, so that they open without network.
import "./map.js";
import { drop, flush, put, waiting } from "./queue.js";

const PATH = '/api/v1/round-reports', KEPT = 'drive-kept', PHOTO_MAX = 290e3;
const drive = document.querySelector('[data-drive]'), who = drive?.dataset.who;

// ---- kept pages ----

async function keep() {
  if (!window.caches || !navigator.onLine) return;
  const cache = await caches.open(KEPT), links = [...document.querySelectorAll('main a[href^="/drive/"]')].map((a) => a.pathname);
  for (const path of new Set([location.pathname, ...links])) {
    const reply = await fetch(path, { headers: { Accept: 'text/html', 'X-Kept': '1' } }).catch(() => null);
    if (!reply?.ok || reply.redirected) continue;
    const text = await reply.text();
    await cache.put(path, new Response(text, { headers: { 'Content-Type': 'text/html; charset=utf-8' } }));
    for (const [, address] of text.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g)) fetch(address).catch(() => {}); // the service worker keeps these
  }
  for (const old of await cache.keys()) { // rounds that are no longer mine
    const path = new URL(old.url).pathname;
    if (location.pathname === '/drive' && path !== '/drive' && !links.includes(path)) await cache.delete(old);
  }
}

// ---- what waits ----

const mine = async () => (await waiting().catch(() => [])).filter((entry) => entry.who === who && entry.path === PATH);

// Only the first stop that nobody has reported stands open.
function turn() {
  const cards = [...drive.querySelectorAll('[data-stop]')], next = cards.find((card) => !card.dataset.said);
  for (const card of cards) {
    card.hidden = card !== next;
    const line = drive.querySelector(`[data-line="${card.dataset.stop}"]`);
    if (card === next) line?.setAttribute('aria-current', 'step');
    else line?.removeAttribute('aria-current');
  }
  if (next) pen(next);
  drive.querySelector('[data-all-done]').hidden = Boolean(next);
}

// Shows a stop as it was reported, and the next one. What still waits here can be taken back.
function mark({ seq, body: { stop, verb } }) {
  const card = drive.querySelector(`[data-stop="${stop}"]`), line = drive.querySelector(`[data-line="${stop}"]`), over = verb === 'done' || verb === 'failed';
  if (line && !line.querySelector('[data-mine]')) {
    const badge = document.createElement('span');
    badge.className = 'badge wait';
    badge.dataset.mine = '';
    badge.textContent = drive.dataset.sent;
    line.append(' ', badge);
  }
  if (verb === 'arrived') card?.querySelector('[value=arrived]')?.remove();
  if (!over || !card) return;
  card.dataset.said = '1';
  if (line && !line.querySelector('[data-back]')) {
    const back = document.createElement('button');
    Object.assign(back, { type: 'button', className: 'link', textContent: drive.dataset.back });
    back.dataset.back = '';
    back.addEventListener('click', async () => {
      await drop(seq);
      for (const part of line.querySelectorAll('[data-mine], [data-back]')) part.remove();
      delete card.dataset.said;
      turn();
      await look();
    });
    line.append(' ', back);
  }
  turn();
}

async function look() {
  const left = (await mine()).filter((entry) => !entry.refused), line = drive.querySelector('[data-waiting]');
  line.hidden = left.length === 0;
  line.querySelector('[data-waiting-count]').textContent = left.length;
  for (const entry of left) mark(entry);
}

async function send() {
  const result = await flush(who).catch(() => null), trouble = drive.querySelector('[data-trouble]');
  await look();
  const said = result?.signIn ? drive.dataset.signin : result?.refused ? `${drive.dataset.refused} ${result.refused}` : '';
  trouble.textContent = said;
  trouble.hidden = !said;
  if (result?.sent && !result.left && !said) location.reload();
}

// ---- photo and signature ----

async function small(file) {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  for (let edge = 1280, quality = 0.72; ; edge *= 0.75, quality -= 0.08) {
    const scale = Math.min(1, edge / Math.max(picture.width, picture.height)), canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', quality));
    if (blob.size <= PHOTO_MAX || edge < 300) {
      const address = await new Promise((done) => { const reader = new FileReader(); reader.onload = () => done(reader.result); reader.readAsDataURL(blob); });
      return address.slice(address.indexOf(',') + 1);
    }
  }
}

function pen(card) {
  const part = card.querySelector('[data-sign]'), field = part?.querySelector('canvas');
  if (!field || part.dataset.ready) return;
  part.dataset.ready = '1';
  part.hidden = false;
  const out = part.querySelector('[name=drawn]'), ink = field.getContext('2d');
  let strokes = [], last = null;
  const at = (event) => { const box = field.getBoundingClientRect(); return [Math.round(Math.min(600, Math.max(0, (event.clientX - box.left) / box.width * 600))), Math.round(Math.min(200, Math.max(0, (event.clientY - box.top) / box.height * 200)))]; };
  const keepIt = () => { out.value = strokes.map((stroke) => stroke.map((p) => p.join(',')).join(' ')).join(';'); };
  const draw = () => {
    ink.clearRect(0, 0, 600, 200);
    Object.assign(ink, { lineWidth: 4, lineCap: 'round', lineJoin: 'round', strokeStyle: getComputedStyle(field).color });
    for (const stroke of strokes) {
      ink.beginPath();
      stroke.forEach((p, i) => ink[i ? 'lineTo' : 'moveTo'](...p));
      if (stroke.length === 1) ink.lineTo(stroke[0][0] + 1, stroke[0][1]);
      ink.stroke();
    }
  };
  field.addEventListener('pointerdown', (event) => { event.preventDefault(); field.setPointerCapture(event.pointerId); last = at(event); strokes.push([last]); draw(); keepIt(); });
  field.addEventListener('pointermove', (event) => {
    const now = at(event);
    if (!last || Math.hypot(now[0] - last[0], now[1] - last[1]) < 4 || out.value.length > 11500) return;
    strokes.at(-1).push(last = now);
    draw();
    keepIt();
  });
  for (const end of ['pointerup', 'pointercancel']) field.addEventListener(end, () => { last = null; });
  part.querySelector('[data-sign-clear]').addEventListener('click', () => { strokes = []; draw(); keepIt(); });
}

// ---- the page ----

async function report(event) {
  const form = event.target.closest('[data-report]');
  if (!form) return;
  event.preventDefault();
  const data = new FormData(form), verb = event.submitter?.value ?? 'done', file = data.get('photo');
  const body = { once: true, stop: data.get('stop'), verb, note: data.get('note') ?? '', signature: data.get('signature') ?? '', drawn: data.get('drawn') ?? '', said_at: new Date().toISOString() };
  for (const button of form.querySelectorAll('button')) button.disabled = true;
  if (file?.size) body.photo = await small(file).catch(() => '');
  for (const [name, value] of Object.entries(body)) if (value === '') delete body[name];
  await put(who, PATH, body, document.querySelector('h1')?.textContent ?? '');
  await send();
  for (const button of form.querySelectorAll('button')) button.disabled = false;
}

if (drive) {
  drive.addEventListener('submit', report);
  if (localStorage.getItem('drive-who') !== who) { // another person's rounds on this phone
    globalThis.caches?.delete(KEPT);
    localStorage.setItem('drive-who', who);
  }
  const first = drive.querySelector('[data-stop]:not([hidden])');
  if (first) pen(first);
  addEventListener('online', send);
  look().then(send).then(() => { drive.dataset.ready = '1'; });
}
keep();
