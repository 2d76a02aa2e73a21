// Saves an exam while it is written and shows how much time is left. Nothing needs it: the form works alone.
const form = document.querySelector('form[data-save]');
const word = document.querySelector('.saved');
let waiting = false, timer = 0;

async function save() {
  const body = new URLSearchParams(new FormData(form));
  body.set('do', 'autosave');
  try {
    const reply = await fetch(form.dataset.save, { method: 'POST', body, headers: { accept: 'text/html' } });
    waiting = reply.status >= 500;
  } catch {
    waiting = true;
  }
  word.textContent = waiting ? word.dataset.waiting : `${word.dataset.saved} ${new Date().toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })}`;
  clearTimeout(timer);
  if (waiting) timer = setTimeout(save, 5000);
}
if (form) {
  form.addEventListener('change', save);
  addEventListener('online', save);
}
for (const clock of document.querySelectorAll('.timer')) {
  const end = performance.now() + Number(clock.dataset.seconds) * 1000, out = clock.querySelector('.left');
  const tick = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    out.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    if (left) setTimeout(tick, 1000);
  };
  tick();
}
