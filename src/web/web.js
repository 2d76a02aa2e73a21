// Small comforts on every page; nothing needs them.

// What was refused is in view and read out.
document.querySelector('.errors')?.focus();

// Things that only work with a script show themselves now.
for (const part of document.querySelectorAll('[data-js]')) part.hidden = false;

// What scrolls sideways can be scrolled from the keyboard.
for (const part of document.querySelectorAll('.table')) {
  if (part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight) part.tabIndex = 0;
}

// A form is sent once, however often an impatient finger taps.
addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post') return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = '1';
  setTimeout(() => delete form.dataset.sent, 8000);
});
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent;
});

addEventListener('click', async (event) => {
  const target = event.target.closest?.('[data-by], [data-print], [data-copy]');
  if (!target) return;
  if (target.dataset.by) step(target, event);
  if ('print' in target.dataset) print();
  if (target.dataset.copy) {
    await navigator.clipboard?.writeText(target.dataset.copy);
    target.append(' ✓');
  }
});

// <span class="stepper"><button data-by="-1"><input min max step><button data-by="1"></span>: without a script the buttons
// send the form.
function step(button, event) {
  const input = button.closest('.stepper')?.querySelector('input');
  if (!input) return;
  event.preventDefault();
  const size = Number(input.step) || 1, least = input.min === '' ? size : Number(input.min), most = input.max === '' ? Infinity : Number(input.max);
  const digits = (String(size).split('.')[1] ?? '').length;
  const next = (Number(input.value.replace(',', '.')) || 0) + Number(button.dataset.by) * size;
  input.value = Math.min(most, Math.max(least, next)).toFixed(digits);
  input.dispatchEvent(new Event('change', { bubbles: true }));
}

// A choice that takes effect at once: <select data-auto>
addEventListener('change', (event) => {
  if (event.target.matches?.('[data-auto]')) event.target.form?.requestSubmit();
});

// Say honestly when the network is away.
const offline = document.getElementById('offline');
const look = () => { if (offline) offline.hidden = navigator.onLine; };
addEventListener('online', look);
addEventListener('offline', look);
look();

// Pages kept for reading without a network belong to whoever kept them.
addEventListener('submit', (event) => {
  if (/\/sign-out$/.test(event.target.action)) for (const kept of ['learn-kept', 'drive-kept']) globalThis.caches?.delete(kept);
});

if (isSecureContext && document.querySelector('[rel=manifest]')) navigator.serviceWorker?.register('/sw.js').catch(() => {});
