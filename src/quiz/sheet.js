// A whole paper that can be answered without a network: what is chosen is kept on this phone at once, handing in puts it into the queue.
import { device, flush, put, waiting } from "./queue.js";

const form = document.getElementById('sheet'), state = document.getElementById('state');
const { attempt, who } = form.dataset, draft = `millet-sheet-${attempt}`;
const answers = `/api/v1/attempts/${attempt}/answers`, end = `/api/v1/attempts/${attempt}/end`;
const say = (words) => { state.textContent = words; state.hidden = !words; };

// A response as the server reads it (docs/quizzes.md): places are those shown, from 0.
function responseOf(set) {
  const all = [...set.querySelectorAll('input, select, textarea')], value = (field) => field.value.trim();
  switch (set.dataset.type) {
    case 'multiple': return all.flatMap((field, i) => (field.checked ? [i] : [])).join(',');
    case 'matching': return all.flatMap((field, i) => (value(field) ? [`${i}:${value(field)}`] : [])).join(',');
    case 'ordering': {
      const places = all.map((field, i) => [Number(field.value) || all.length + 1, i]);
      return all.some(value) ? places.sort((a, b) => a[0] - b[0] || a[1] - b[1]).map(([, i]) => i).join(',') : '';
    }
    case 'cloze': return all.some(value) ? all.map(value).join('\n') : '';
    case 'hotspot': return all.every(value) ? all.map((field) => Number(field.value) * 100000 + 50000).join(',') : '';
    case 'single': case 'truefalse': return all.find((field) => field.checked)?.value ?? '';
    default: return value(all[0]);
  }
}

const fields = () => [...form.elements].filter((field) => field.name && field.type !== 'hidden' && field.type !== 'submit');
function keepDraft() {
  const kept = Object.fromEntries(fields().map((field, i) => [i, field.type === 'radio' || field.type === 'checkbox' ? field.checked : field.value]));
  localStorage.setItem(draft, JSON.stringify(kept));
}
function restoreDraft() {
  const kept = JSON.parse(localStorage.getItem(draft) ?? 'null');
  if (!kept) return;
  fields().forEach((field, i) => {
    if (!(i in kept)) return;
    if (typeof kept[i] === 'boolean') field.checked = kept[i];
    else field.value = kept[i];
  });
}

async function mine() {
  return (await waiting()).filter((entry) => entry.path === answers || entry.path === end);
}

async function send() {
  const result = await flush(who);
  const left = await mine();
  const refused = left.find((entry) => entry.refused);
  if (refused) return say(`${state.dataset.refused} ${refused.refused}`);
  if (result.signIn) return say(state.dataset.signin);
  if (left.length) return say(state.dataset.waiting);
  localStorage.removeItem(draft);
  say(state.dataset.sent);
  location.href = `/attempts/${attempt}`;
}

form.addEventListener('input', keepDraft); // each letter: a phone may close the tab at any moment
form.addEventListener('submit', async (event) => {
  if (!window.indexedDB) return; // the browser's own way
  event.preventDefault();
  const at = new Date().toISOString(), title = document.querySelector('h1').textContent;
  const given = [...form.querySelectorAll('.asked')].map((set) => ({ seq: Number(set.dataset.position), position: Number(set.dataset.position), response: responseOf(set), answered_at: at }));
  form.querySelector('button').disabled = true;
  try {
    keepDraft();
    await put(who, answers, { device: device(), answers: given }, title);
    await put(who, end, {}, title);
  } catch {
    form.querySelector('button').disabled = false;
    return form.submit();
  }
  form.hidden = true;
  await send();
});
addEventListener('online', async () => { if ((await mine()).length) await send(); });

restoreDraft();
mine().then((left) => {
  if (left.length) {
    form.hidden = true;
    return send();
  }
  const at = document.documentElement.dataset.keptAt;
  if (at) say(`${state.dataset.copy} ${new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(at))}.`);
});
