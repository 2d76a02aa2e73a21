// The map: closer and further away by button, wheel, two fingers or the keys + and -; moved by mouse, finger or arrows. Signs keep
// their size on the screen. What is looked at is remembered while a plan gets better under it.

const SIGN = 11, CLOSEST = 20, BESIDE = 24; // radius of a stop in pixels of the screen; how close one may go; units between stops at one place

class Map {
  constructor(box, svg) {
    const { x, y, width, height } = svg.viewBox.baseVal;
    Object.assign(this, { box, svg, full: { x, y, w: width, h: height }, view: { x, y, w: width, h: height }, fingers: new globalThis.Map(), key: `map ${location.pathname}` });
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.key) ?? 'null');
      if (kept && kept.full === JSON.stringify(this.full)) this.view = kept.view;
    } catch { /* nothing is remembered */ }
    svg.setAttribute('tabindex', '0');
    this.buttons();
    this.keys();
    this.mouse();
    this.pick();
    addEventListener('resize', () => this.show());
    this.show();
  }

  // Units of the drawing for one pixel of the screen.
  get unit() {
    return 1 / (this.svg.getScreenCTM()?.a || 1);
  }

  show() {
    const { view, full, svg } = this;
    view.x = Math.min(full.x + full.w - view.w, Math.max(full.x, view.x));
    view.y = Math.min(full.y + full.h - view.h, Math.max(full.y, view.y));
    svg.setAttribute('viewBox', `${view.x} ${view.y} ${view.w} ${view.h}`);
    const sign = Math.min(SIGN * this.unit, 60);
    svg.style.setProperty('--sign', `${sign}px`);
    for (const stop of svg.querySelectorAll('[data-beside]')) stop.setAttribute('transform', `translate(${stop.dataset.beside * (2.2 * sign - BESIDE)} 0)`);
    svg.classList.toggle('near', view.w < full.w);
    try { sessionStorage.setItem(this.key, JSON.stringify({ view, full: JSON.stringify(full) })); } catch { /* private window */ }
  }

  // at: the point of the drawing that stays where it is; else the middle.
  zoom(factor, at) {
    const { view, full } = this, w = Math.min(full.w, Math.max(full.w / CLOSEST, view.w * factor)), h = w * full.h / full.w;
    const point = at ?? { x: view.x + view.w / 2, y: view.y + view.h / 2 };
    view.x = point.x - (point.x - view.x) * w / view.w;
    view.y = point.y - (point.y - view.y) * h / view.h;
    view.w = w;
    view.h = h;
    this.show();
  }

  move(dx, dy) { // in pixels of the screen
    this.view.x += dx * this.unit;
    this.view.y += dy * this.unit;
    this.show();
  }

  all() {
    this.view = { ...this.full };
    this.show();
  }

  buttons() {
    const tools = this.box.querySelector('[data-map-tools]');
    if (!tools) return;
    tools.hidden = false;
    tools.addEventListener('click', (event) => {
      const way = event.target.closest('[data-zoom]')?.dataset.zoom;
      if (way === 'all') this.all();
      else if (way) this.zoom(way === 'in' ? .6 : 1 / .6);
    });
  }

  keys() {
    const acts = { '+': () => this.zoom(.7), '=': () => this.zoom(.7), '-': () => this.zoom(1 / .7), 0: () => this.all(),
      ArrowLeft: () => this.move(-60, 0), ArrowRight: () => this.move(60, 0), ArrowUp: () => this.move(0, -60), ArrowDown: () => this.move(0, 60) };
    this.svg.addEventListener('keydown', (event) => {
      if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      acts[event.key]();
    });
  }

  // Where on the drawing.
  point(event) {
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(this.svg.getScreenCTM().inverse());
  }

  mouse() {
    const { svg, fingers } = this;
    svg.addEventListener('wheel', (event) => {
      const out = event.deltaY > 0;
      if (out && this.view.w >= this.full.w) return; // the page goes on
      event.preventDefault();
      this.zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 240), this.point(event));
    }, { passive: false });
    svg.addEventListener('dblclick', (event) => this.zoom(.5, this.point(event)));
    svg.addEventListener('pointerdown', (event) => {
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      this.moved = 0;
      if (event.pointerType !== 'mouse' || this.view.w < this.full.w) svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener('pointermove', (event) => {
      const was = fingers.get(event.pointerId), now = { x: event.clientX, y: event.clientY };
      if (!was) return;
      const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
      this.moved += Math.hypot(now.x - was.x, now.y - was.y);
      if (other) {
        const before = Math.hypot(was.x - other.x, was.y - other.y), after = Math.hypot(now.x - other.x, now.y - other.y);
        if (before > 10 && after > 10) this.zoom(before / after, this.point({ clientX: (now.x + other.x) / 2, clientY: (now.y + other.y) / 2 }));
      }
      this.move((was.x - now.x) / fingers.size, (was.y - now.y) / fingers.size);
      fingers.set(event.pointerId, now);
    });
    for (const end of ['pointerup', 'pointercancel']) svg.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }

  // A stop leads to its line in the list; a place on the map is taken over into a field that waits for one.
  pick() {
    const { svg } = this;
    svg.addEventListener('click', (event) => {
      if (this.moved > 8) return;
      const stop = event.target.closest('[data-at]'), field = document.querySelector('[data-place-wanted]');
      if (field) {
        const at = this.point(event), data = svg.dataset, lon = Number(data.west) + at.x / Number(data.x), lat = Number(data.north) - at.y / Number(data.y);
        field.value = `${lat.toFixed(5)}, ${lon.toFixed(5)}`;
        field.focus();
        return;
      }
      const line = stop && (document.getElementById(`stop-${stop.dataset.at}`) ?? document.querySelector(`[data-line="${stop.dataset.at}"]`));
      if (!line) return;
      line.closest('details')?.setAttribute('open', '');
      line.setAttribute('tabindex', '-1');
      line.focus();
      line.scrollIntoView({ block: 'center' });
    });
  }
}

for (const box of document.querySelectorAll('[data-mapbox]')) {
  const svg = box.querySelector('[data-map]');
  if (svg) new Map(box, svg);
}
// The field for a place that was touched last takes what is chosen on the map.
document.addEventListener('focusin', (event) => {
  if (!event.target.matches('input[data-place]')) return;
  for (const field of document.querySelectorAll('[data-place-wanted]')) delete field.dataset.placeWanted;
  event.target.dataset.placeWanted = '';
});
