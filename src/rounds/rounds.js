// A plan that gets better while one looks, and goods or whole stops dragged from one round to another.
import './map.js';

// ---- a better plan: look every second, show it when there is one ----
// What was open stays open under a better plan.
const details = [...document.querySelectorAll('main details')], opened = `open ${location.pathname}`;
JSON.parse(sessionStorage.getItem(opened) ?? '[]').forEach((open, i) => { if (open && details[i]) details[i].open = true; });
sessionStorage.removeItem(opened);
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
    const bar = improving.querySelector('progress');
    if (bar && Number.isFinite(plan.looked_s)) bar.value = plan.looked_s;
    if (String(plan.revision) !== improving.dataset.revision || !plan.improving) {
      clearInterval(timer);
      sessionStorage.setItem(opened, JSON.stringify(details.map((part) => part.open)));
      location.reload(); // with what was moved last, so that it can still be undone
    }
  }, 1000);
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

// A row of goods, or a stop with all its goods, in the hand.
function carry(row, goods, vehicles, words) {
  row.draggable = true;
  row.addEventListener('dragstart', (event) => {
    event.stopPropagation();
    held = { row, goods, vehicles };
    event.dataTransfer.effectAllowed = 'move';
    event.dataTransfer.setData('text/plain', words);
    row.classList.add('held');
  });
  row.addEventListener('dragend', () => {
    row.classList.remove('held');
    leave();
    held = null;
  });
}

const mouse = matchMedia('(hover: hover) and (min-width: 48rem)').matches;
for (const row of document.querySelectorAll('[data-cargo]')) {
  const select = row.querySelector('select'), cost = row.querySelector('[data-cost]');
  select.addEventListener('change', () => say(cost, row.dataset.cargo, select.value));
  if (!mouse) continue;
  row.closest('details').open = true;
  carry(row, row.dataset.cargo, [...select.options].map((option) => option.value), row.querySelector('span').textContent);
}
for (const stop of document.querySelectorAll('[data-goods]')) {
  if (!mouse || !stop.dataset.goods) continue;
  const first = document.querySelector(`[data-cargo="${stop.dataset.goods.split(',')[0]}"]`);
  if (first) carry(stop, stop.dataset.goods, [...first.querySelectorAll('option')].map((option) => option.value), stop.textContent.trim());
}

function leave() {
  over?.classList.remove('over');
  over?.querySelector('[data-drop]')?.remove();
  over = null;
}

// The same form as in the list, for all goods in the hand.
function submit({ row, goods }, vehicle) {
  const form = (row.matches('[data-cargo]') ? row : document.querySelector(`[data-cargo="${goods.split(',')[0]}"]`)).querySelector('form');
  form.querySelector('[name=consignment]').value = goods;
  form.querySelector('select').value = vehicle;
  form.requestSubmit();
}

for (const round of document.querySelectorAll('[data-vehicle]')) {
  const takes = () => held && !round.contains(held.row) && held.vehicles.includes(round.dataset.vehicle);
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
    line.setAttribute('role', 'status');
    round.querySelector('h2').closest('.row').after(line);
    say(line, held.goods, round.dataset.vehicle);
  });
  round.addEventListener('dragleave', (event) => { if (over === round && !round.contains(event.relatedTarget)) leave(); });
  round.addEventListener('drop', (event) => {
    if (!takes()) return;
    event.preventDefault();
    submit(held, round.dataset.vehicle);
  });
}
