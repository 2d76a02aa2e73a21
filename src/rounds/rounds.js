// The map's zoom, a plan that gets better while one looks, and the driver's queue of reports for roads without network.

// ---- map: closer and further away, by button, wheel or two fingers; dragged by one ----
for (const box of document.querySelectorAll('[data-mapbox]')) {
  const svg = box.querySelector('[data-map]');
  if (!svg) continue;
  const whole = svg.viewBox.baseVal, view = { x: whole.x, y: whole.y, w: whole.width, h: whole.height }, full = { ...view };
  const show = () => svg.setAttribute('viewBox', `${view.x} ${view.y} ${view.w} ${view.h}`);
  const zoom = (factor, cx = .5, cy = .5) => {
    const w = Math.min(full.w, Math.max(full.w / 20, view.w * factor)), h = w * full.h / full.w;
    view.x = Math.min(full.w - w, Math.max(0, view.x + (view.w - w) * cx));
    view.y = Math.min(full.h - h, Math.max(0, view.y + (view.h - h) * cy));
    view.w = w; view.h = h;
    show();
  };
  const tools = box.querySelector('[data-map-tools]');
  if (tools) {
    tools.hidden = false;
    for (const button of tools.querySelectorAll('[data-zoom]')) button.addEventListener('click', () => zoom(button.dataset.zoom === 'in' ? .6 : 1 / .6));
  }
  let from = null;
  svg.addEventListener('pointerdown', (e) => { if (view.w < full.w) { from = { x: e.clientX, y: e.clientY, vx: view.x, vy: view.y }; svg.setPointerCapture(e.pointerId); } });
  svg.addEventListener('pointermove', (e) => {
    if (!from) return;
    const scale = view.w / svg.clientWidth;
    view.x = Math.min(full.w - view.w, Math.max(0, from.vx - (e.clientX - from.x) * scale));
    view.y = Math.min(full.h - view.h, Math.max(0, from.vy - (e.clientY - from.y) * scale));
    show();
  });
  for (const end of ['pointerup', 'pointercancel']) svg.addEventListener(end, () => { from = null; });
}

// ---- a better plan: look every two seconds, show it when there is one ----
const improving = document.querySelector('[data-improving="1"]');
if (improving) {
  const timer = setInterval(async () => {
    const reply = await fetch(`/api/v1/rounds/${improving.dataset.plan}`, { headers: { accept: 'application/json' } }).catch(() => null);
    if (!reply || !reply.ok) return;
    const plan = await reply.json();
    if (String(plan.revision) !== improving.dataset.revision || !plan.improving) {
      clearInterval(timer);
      location.replace(`/rounds/${improving.dataset.plan}`);
    }
  }, 2000);
}

// ---- the driver's queue: kept on the phone until the server has said yes, then gone; each report counts once ----
const QUEUE = 'rounds-queue', DEVICE = 'rounds-device', NUMBER = 'rounds-number';
const read = (name, otherwise) => { try { return JSON.parse(localStorage.getItem(name)) ?? otherwise; } catch { return otherwise; } };
const write = (name, value) => localStorage.setItem(name, JSON.stringify(value));

function waiting() {
  const line = document.querySelector('[data-waiting]'), len = read(QUEUE, []).length;
  if (!line) return;
  line.hidden = len === 0;
  line.querySelector('[data-waiting-count]').textContent = len;
}

let sending = false;
async function send() {
  if (sending) return;
  sending = true;
  try {
    for (let queue = read(QUEUE, []); queue.length; queue = read(QUEUE, [])) {
      const reply = await fetch('/api/v1/round-reports', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(queue[0]) });
      if (!reply.ok && (reply.status >= 500 || reply.status === 429 || reply.status === 401)) break; // later, or after signing in
      write(QUEUE, read(QUEUE, []).slice(1));
      waiting();
    }
  } catch { /* no network: it stays in the queue */ } finally { sending = false; waiting(); }
}

const drive = document.querySelector('[data-drive]');
if (drive) {
  if (!read(DEVICE)) write(DEVICE, crypto.getRandomValues(new Uint8Array(12)).reduce((s, b) => s + b.toString(16).padStart(2, '0'), ''));
  for (const form of drive.querySelectorAll('[data-report]')) form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const data = new FormData(form), number = read(NUMBER, 0) + 1;
    write(NUMBER, number);
    write(QUEUE, [...read(QUEUE, []), { stop: data.get('stop'), verb: event.submitter?.value ?? 'done', note: data.get('note') ?? '', signature: data.get('signature') ?? '',
      device: read(DEVICE), seq: number, said_at: new Date().toISOString() }]);
    for (const button of form.querySelectorAll('button')) button.disabled = true;
    await send();
    if (read(QUEUE, []).length === 0) location.reload();
    else form.querySelector('button').closest('form').insertAdjacentText('beforeend', ' ✓');
  });
  addEventListener('online', send);
  send();
}
