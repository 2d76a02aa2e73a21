// The map's zoom, a plan that gets better while one looks, and goods dragged from one round to another.

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
let held = null; // goods under the mouse
let leaving = false; // a form is on its way: its answer is the newest page
addEventListener('submit', () => { leaving = true; });
if (improving) {
  const timer = setInterval(async () => {
    if (leaving || held || document.activeElement?.closest('[data-cargo]')) return; // nobody's hand is moved under them
    const reply = await fetch(`/api/v1/rounds/${improving.dataset.plan}`, { headers: { accept: 'application/json' } }).catch(() => null);
    if (!reply || !reply.ok) return;
    const plan = await reply.json();
    if (leaving || held) return;
    if (String(plan.revision) !== improving.dataset.revision || !plan.improving) {
      clearInterval(timer);
      location.reload(); // with what was moved last, so that it can still be undone
    }
  }, 2000);
}

// ---- goods to another round: dragged, or chosen in the list; what it costs is said before anything moves ----
const plan = document.querySelector('[data-plan]')?.dataset, costs = new Map();

function costOf(what, vehicle) {
  const key = `${what}/${vehicle}`;
  if (!costs.has(key)) costs.set(key, fetch(`/api/v1/rounds/${plan.plan}/cost?what=${what}&vehicle=${vehicle}`, { headers: { accept: 'application/json' } })
    .then((reply) => (reply.ok ? reply.json() : { fits: false, text: '' })).catch(() => ({ fits: false, text: '' })));
  return costs.get(key);
}

async function say(into, what, vehicle) {
  into.textContent = plan.asking;
  into.dataset.asked = vehicle;
  const cost = await costOf(what, vehicle);
  if (into.dataset.asked !== vehicle) return; // something else is asked by now
  into.textContent = cost.text;
  into.classList.toggle('bad', !cost.fits);
}

let over = null;
for (const row of document.querySelectorAll('[data-cargo]')) {
  const select = row.querySelector('select'), cost = row.querySelector('[data-cost]');
  select.addEventListener('change', () => say(cost, row.dataset.cargo, select.value));
  if (!matchMedia('(hover: hover) and (min-width: 48rem)').matches) continue;
  row.closest('details').open = true;
  row.draggable = true;
  row.addEventListener('dragstart', (event) => {
    held = row;
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', row.querySelector('span').textContent);
    row.classList.add('held');
  });
  row.addEventListener('dragend', () => {
    row.classList.remove('held');
    leave();
    held = null;
  });
}

function leave() {
  over?.classList.remove('over');
  over?.querySelector('[data-drop]')?.remove();
  over = null;
}

for (const round of document.querySelectorAll('[data-vehicle]')) {
  const takes = () => held && !round.contains(held) && held.querySelector(`option[value="${round.dataset.vehicle}"]`);
  round.addEventListener('dragover', (event) => {
    if (!takes()) return;
    event.preventDefault();
    if (over === round) return;
    leave();
    over = round;
    round.classList.add('over');
    const line = document.createElement('p');
    line.className = 'cost';
    line.dataset.drop = '';
    round.querySelector('h2').after(line);
    say(line, held.dataset.cargo, round.dataset.vehicle);
  });
  round.addEventListener('dragleave', (event) => { if (over === round && !round.contains(event.relatedTarget)) leave(); });
  round.addEventListener('drop', (event) => {
    if (!takes()) return;
    event.preventDefault();
    held.querySelector('select').value = round.dataset.vehicle;
    held.querySelector('form').requestSubmit();
  });
}
