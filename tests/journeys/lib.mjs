// What browser walks share: a server on data of its own, Chromium at phone and desktop size, with and without JavaScript,
// in both languages; pictures of what people see; axe; and that no page asks anybody but us for anything.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, errors } from 'playwright-core';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
// With SAN=1 or TSAN=1 the server that is walked through is built so, too.
const program = path.join(root, 'build', process.env.SAN ? 'san' : process.env.TSAN ? 'tsan' : '', 'millet');
const axeSource = fs.readFileSync(path.join(root, 'tests/node_modules/axe-core/axe.min.js'), 'utf8');

export const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };
// Every pair of (size, JavaScript, language) occurs once.
export const RUNS = [
  { size: 'phone', js: true, lang: 'en' },
  { size: 'phone', js: false, lang: 'zh' },
  { size: 'desktop', js: true, lang: 'zh' },
  { size: 'desktop', js: false, lang: 'en' },
];

// ---- the server ----

function millet(data, args, input) {
  const done = spawnSync(program, ['--data', data, ...args], { input: input ?? '', encoding: 'utf8', timeout: 300_000 });
  if (done.status !== 0) throw new Error(`millet ${args.join(' ')} ended with ${done.status}: ${done.stderr}`);
  return done.stdout;
}

// `millet demo` is made once for each build and copied for each walk.
function demoData() {
  const stamp = Math.trunc(fs.statSync(program).mtimeMs).toString(36);
  const folder = path.join(root, 'build/journeys', `demo-${stamp}`);
  if (!fs.existsSync(folder)) {
    const making = `${folder}.${process.pid}`;
    fs.mkdirSync(making, { recursive: true });
    millet(making, ['demo']);
    try { fs.renameSync(making, folder); } catch { fs.rmSync(making, { recursive: true }); } // another process was first
  }
  return folder;
}

// options: fresh (nothing at all, as on the first start), demo (the demo village); else one administrator, "Chen Mei".
export async function startServer(options = {}) {
  const data = fs.mkdtempSync(path.join(os.tmpdir(), 'millet-journey-'));
  if (options.demo) fs.cpSync(demoData(), data, { recursive: true });
  else if (!options.fresh) millet(data, ['user', 'add', 'Chen Mei', '--role', 'admin'], 'seven quiet ducks\n');
  const child = spawn(program, ['serve', '--data', data, '--listen', '127.0.0.1:0', ...(options.flags ?? [])],
    { stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  const url = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`the server did not start:\n${log}`)), 120_000);
    const look = (chunk) => {
      log += chunk;
      const found = /open at (https?:\/\/\S+)/.exec(log);
      if (found) { clearTimeout(timer); resolve(found[1]); }
    };
    child.stdout.on('data', look);
    child.stderr.on('data', look);
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}:\n${log}`)));
  });
  return {
    url, data,
    log: () => log,
    millet: (args, input) => millet(data, args, input),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', (code) => resolve(code)));
      child.kill('SIGTERM');
      const code = await Promise.race([gone, new Promise((resolve) => setTimeout(() => resolve('still there'), 60_000))]);
      if (code === 'still there') child.kill('SIGKILL');
      fs.rmSync(data, { recursive: true, force: true });
      if (process.env.MILLET_ASKED) { // for the checklist of routes, tests/parts/routes
        const asked = [...log.matchAll(/ method=([A-Z]+) route=(\/\S*) /g)].map(([, method, route]) => `${method} ${route}\n`);
        fs.appendFileSync(process.env.MILLET_ASKED, [...new Set(asked)].join(''));
      }
      if (code !== 0) throw new Error(`the server ended with ${code}:\n${log.slice(-2000)}`);
    },
  };
}

// ---- words: walks are written with the English texts ----

let chinese;
function readPo() {
  chinese = new Map();
  let id = '', str = '', into = '';
  const unquote = (line) => JSON.parse(line.slice(line.indexOf('"')));
  const keep = () => { if (id && str) chinese.set(id, str); };
  for (const line of fs.readFileSync(path.join(root, 'po/zh_CN.po'), 'utf8').split('\n')) {
    if (line.startsWith('msgid ')) { keep(); id = unquote(line); str = ''; into = 'id'; }
    else if (line.startsWith('msgid_plural')) into = '';
    else if (line.startsWith('msgstr')) { str = unquote(line); into = 'str'; }
    else if (line.startsWith('"') && into === 'id') id += unquote(line);
    else if (line.startsWith('"') && into === 'str') str += unquote(line);
  }
  keep();
}

// The text as the page says it; {name} is filled from values. A missing translation fails the walk.
export function translate(lang, text, values = {}) {
  let out = text;
  if (lang === 'zh') {
    if (!chinese) readPo();
    out = chinese.get(text);
    if (out === undefined) throw new Error(`po/zh_CN.po has no "${text}"`);
  }
  return out.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// ---- one walk ----

// A walk waits as long as a busy machine of two cores may need. Nothing in a walk may depend on how fast something is: what is not
// yet there is waited for, and only what never comes fails.
const PATIENCE = 60_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Until done() gives something true. What it throws while a page goes away or has only begun to arrive counts as not yet.
async function until(done, sentence) {
  for (const end = Date.now() + PATIENCE; ; await pause(50)) {
    let last;
    const got = await done().catch((error) => { last = error; });
    if (got) return got;
    if (Date.now() > end) throw new errors.TimeoutError(last ? `${sentence} (${last.message})` : sentence);
  }
}

// The document stands whole: at the moment after a click the old one may be going away, or the new one have no root element yet.
const whole = (page) => page.evaluate('document.readyState === "complete" && document.body !== null');

// A question to the page that stays. When the page goes away under it, it is asked again; anything else is the page's own fault.
async function ask(page, what) {
  const answer = await until(async () => {
    await page.waitForLoadState('load');
    if (!(await whole(page).catch(() => false))) return null;
    try {
      return { is: await page.evaluate(what) };
    } catch (error) {
      if (/context was destroyed|because of a navigation/.test(error.message)) return null;
      return { error };
    }
  }, `${page.url()} never became a whole page`);
  if (answer.error) throw answer.error;
  return answer.is;
}

class Walk {
  constructor(browser, server, run, folder) {
    Object.assign(this, { browser, server, run, folder, contexts: [], complaints: [] });
    this.phone = run.size === 'phone';
    this.js = run.js;
    this.lang = run.lang;
    this.t = (text, values) => translate(run.lang, text, values);
  }

  // A browser of its own: another person, or the same person's other device. Its first page.
  async device(options = {}) {
    const context = await this.browser.newContext({
      viewport: SIZES[this.run.size], javaScriptEnabled: this.js, baseURL: this.server.url,
      locale: this.lang === 'zh' ? 'zh-CN' : 'en-GB', isMobile: this.phone, hasTouch: this.phone, reducedMotion: 'reduce',
      ignoreHTTPSErrors: true, ...options,
    });
    context.setDefaultTimeout(PATIENCE);
    this.contexts.push(context);
    const page = await context.newPage();
    page.on('request', (request) => {
      const to = new URL(request.url());
      if (to.protocol.startsWith('http') && to.origin !== this.server.url) this.complaints.push(`asks ${to.origin}: ${request.url()}`);
    });
    page.on('pageerror', (error) => this.complaints.push(`script error on ${page.url()}: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) this.complaints.push(`${page.url()}: ${message.text()}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 500) this.complaints.push(`${response.status()} for ${response.url()}`);
    });
    return page;
  }

  // A picture of the whole page: build/shots/market/basket-phone-zh.png (-nojs).
  async shot(name, page = this.page) {
    const file = path.join(root, 'build/shots', this.folder, `${name}-${this.run.size}-${this.lang}${this.js ? '' : '-nojs'}.png`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    // As high as the page, so that bars that stick to the window stand where they belong.
    const height = await ask(page, () => { window.scrollTo(0, 0); return document.documentElement.scrollHeight; });
    const size = SIZES[this.run.size];
    await page.setViewportSize({ width: size.width, height: Math.min(Math.max(size.height, height), 6000) });
    await page.screenshot({ path: file, animations: 'disabled', timeout: PATIENCE });
    await page.setViewportSize(size);
  }

  // What a screen reader or a keyboard would trip over: nothing serious or critical may be left. Also that nothing is wider
  // than the screen.
  async axe(page = this.page) {
    const wide = await ask(page, () => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (wide > 1) throw new Error(`${page.url()} is ${wide} px wider than the screen`);
    if (!this.js) return;
    const found = await ask(page, `(() => { ${axeSource}; return axe.run(document, { resultTypes: ['violations'] }); })()`);
    const bad = found.violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
    if (bad.length) {
      throw new Error(`axe on ${page.url()}:\n` + bad.map((v) =>
        `  ${v.impact} ${v.id}: ${v.help}\n` + v.nodes.slice(0, 3).map((n) => `    ${n.html}\n    ${n.failureSummary}`).join('\n')).join('\n'));
    }
  }

  // Bytes over the wire of a first visit, everything the page loads.
  async weight(target) {
    const page = await this.device();
    const client = await page.context().newCDPSession(page);
    let bytes = 0;
    await client.send('Network.enable');
    client.on('Network.loadingFinished', (event) => { bytes += event.encodedDataLength; });
    await page.goto(target, { waitUntil: 'networkidle' });
    return bytes;
  }

  async signIn(name, password, page = this.page) {
    await page.goto('/sign-in');
    await page.getByLabel(this.t('Name, phone or e-mail')).fill(name);
    await page.getByLabel(this.t('Password')).fill(password);
    await this.go(page.locator('main').getByRole('button', { name: this.t('Sign in') }));
  }

  // A click that leads to another page (or to the same one, made anew): returns when that page stands whole. The old document wears
  // a mark, so nothing depends on when the browser begins to leave it. Every such click is made so: what is asked of the page after
  // a bare click() may be answered by the old one, and a goto() after it may cancel what the click was sending.
  async go(what) {
    await this.anew(() => what.click(), what.page());
  }

  // The same for anything else that leads to another page.
  async anew(act, page = this.page) {
    await ask(page, () => { globalThis.leftBehind = true; });
    await act();
    await until(async () => (await whole(page)) && !(await page.evaluate('globalThis.leftBehind')), `nothing led away from ${page.url()}: ${act}`);
  }

  // Until condition(), which asks the page, is true: for what a script of the page does in its own time.
  async until(condition, sentence) {
    await until(condition, sentence);
  }

  // The page says this, somewhere people see it.
  async says(text, page = this.page) {
    await page.getByText(text, { exact: false }).first().waitFor({ state: 'visible' });
  }

  check(condition, sentence) {
    if (!condition) throw new Error(sentence);
  }

  async end() {
    for (const context of this.contexts) await context.close();
    if (this.complaints.length) throw new Error([...new Set(this.complaints)].join('\n'));
  }
}

async function walkOnce(browser, folder, name, journey, run) {
  const server = await startServer(journey);
  const walk = new Walk(browser, server, run, folder);
  try {
    walk.page = await walk.device();
    try {
      await journey.walk(walk);
    } catch (error) {
      // What each browser shows at this moment.
      const pages = walk.contexts.flatMap((context) => context.pages());
      for (const [i, page] of pages.entries()) {
        await walk.shot(`failed-${name.replace(/\W+/g, '-')}-${i}`, page).catch(() => {});
        const text = await page.locator('main').innerText({ timeout: 2000 }).catch(() => '');
        error.stack += `\n  browser ${i} at ${page.url()}: ${text.replace(/\s+/g, ' ').slice(0, 300)}`;
      }
      // What the server or a script did wrong is the cause, the waiting only its end.
      if (walk.complaints.length) throw new Error(`${[...new Set(walk.complaints)].join('\n')}\n${error.stack}`);
      throw error;
    }
    await walk.end();
  } finally {
    for (const context of walk.contexts) await context.close().catch(() => {});
    await server.stop();
  }
}

// journeys: { 'a buyer buys eggs': { walk: async (w) => ..., fresh, demo, runs: [...] } or the function alone }
export async function runJourneys(folder, journeys, only) {
  const browser = await chromium.launch({
    // The same engine; the shell has no window of its own to draw and takes half the processor time.
    executablePath: process.env.CHROMIUM ?? ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => fs.existsSync(path)),
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  let count = 0, failed = 0;
  for (const [name, given] of Object.entries(journeys)) {
    const journey = typeof given === 'function' ? { walk: given } : given;
    if (only && !name.includes(only)) continue;
    for (const run of journey.runs ?? RUNS) {
      const title = `${name} (${run.size}, ${run.lang}${run.js ? '' : ', no JavaScript'})`;
      count++;
      const began = Date.now();
      const told = (error) => String(error.stack ?? error).replace(/^/gm, '# ');
      try {
        await walkOnce(browser, folder, name, journey, run).catch(async (error) => {
          // What was waited for did not come within a minute: once more from the beginning, on a new village, and said aloud. A wrong
          // page, an error of the server or of a script, what axe finds are never walked a second time.
          if (!(error instanceof errors.TimeoutError)) throw error;
          console.log(`# walked twice: ${title}\n${told(error)}`);
          await walkOnce(browser, folder, name, journey, run);
        });
        console.log(`ok ${count} - ${title} # ${Date.now() - began} ms`);
      } catch (error) {
        failed++;
        console.log(`not ok ${count} - ${title}\n${told(error)}`);
      }
    }
  }
  await browser.close();
  console.log(`1..${count}`);
  return failed;
}
