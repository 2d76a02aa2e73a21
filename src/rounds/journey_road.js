// What needs a real hand: a photo and a drawn signature at the door, goods dragged with the mouse, a round opened without network.
const PASSWORD = 'millet-demo';
const MOUSE = [{ size: 'desktop', js: true, lang: 'zh' }], FINGER = [{ size: 'phone', js: true, lang: 'en' }];

async function enter(w) {
  await w.page.context().addCookies([{ name: 'lang', value: w.lang === 'zh' ? 'zh-CN' : 'en', url: w.server.url }]);
  await w.signIn('dengfei', PASSWORD);
}

async function openRound(w, page = w.page) {
  await page.goto('/drive');
  await w.go(page.locator('main ul.list a[href^="/drive/"]').first());
  await page.locator('[data-drive][data-ready]').waitFor();
  return new URL(page.url()).pathname;
}

const card = (w) => w.page.locator('[data-stop]:not([hidden])');
const said = (w) => w.page.locator('ol.stops .badge.ok');

// Presses a button of the next stop and waits for the page that the server makes of it.
async function report(w, text) {
  const before = await said(w).count();
  await w.go(card(w).getByRole('button', { name: w.t(text) }));
  await said(w).nth(before).waitFor();
  await w.page.locator('[data-drive][data-ready]').waitFor();
}

// Two strokes across the field, by mouse or by finger.
async function sign(w) {
  const field = card(w).locator('canvas');
  await field.scrollIntoViewIfNeeded();
  const box = await field.boundingBox();
  const strokes = [[[.1, .8], [.25, .2], [.4, .8]], [[.5, .3], [.7, .7], [.9, .3]]];
  const touch = w.phone ? await w.page.context().newCDPSession(w.page) : null;
  for (const stroke of strokes) {
    const points = stroke.map(([x, y]) => ({ x: box.x + x * box.width, y: box.y + y * box.height }));
    if (touch) {
      await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [points[0]] });
      for (const point of points.slice(1)) await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [point] });
      await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    } else {
      await w.page.mouse.move(points[0].x, points[0].y);
      await w.page.mouse.down();
      for (const point of points.slice(1)) await w.page.mouse.move(point.x, point.y, { steps: 3 });
      await w.page.mouse.up();
    }
  }
}

module.exports = {
  'a driver brings back a photo and a signature': {
    demo: true,
    runs: [...MOUSE, ...FINGER],
    async walk(w) {
      await enter(w);
      const round = await openRound(w);
      while ((await card(w).locator('canvas').count()) === 0) await report(w, 'Fetched'); // until something is brought
      const drawn = card(w).locator('[name=drawn]'), strokes = /^\d+,\d+( \d+,\d+)+;\d+,\d+( \d+,\d+)+$/;
      await sign(w);
      w.check(strokes.test(await drawn.inputValue()), 'two strokes stand in the field');
      await card(w).getByRole('button', { name: w.t('Clear') }).click(); // stays
      w.check((await drawn.inputValue()) === '', 'cleared is empty');
      await sign(w);
      await card(w).getByLabel(w.t('Taken over by')).fill('Zhao Min 赵敏');
      await card(w).locator('input[type=file]').setInputFiles({ name: 'crates.jpg', mimeType: 'image/jpeg', buffer: await w.page.screenshot({ type: 'jpeg' }) });
      await w.shot('proof');
      await w.axe();
      await report(w, 'Delivered');
      // The dispatcher sees both.
      await w.page.goto('/rounds');
      await w.go(w.page.locator('main ul.list a[href^="/rounds/"]').first());
      await w.says(w.t('Taken over by {name}', { name: 'Zhao Min 赵敏' }));
      const stop = w.page.locator('ol.stops li').filter({ hasText: 'Zhao Min' });
      w.check(/^M\d+,\d+L/.test(await stop.locator('svg.drawn path').getAttribute('d')), 'the signature is drawn');
      await stop.locator('summary').click(); // stays
      const picture = stop.locator('img');
      await picture.scrollIntoViewIfNeeded();
      await w.page.waitForFunction((img) => img.complete && img.naturalWidth > 0, await picture.elementHandle());
      await w.shot('proof-seen');
      await w.page.goto(round);
      await w.says(w.t('All stops'));
    },
  },

  'goods are dragged to another round with the mouse': {
    demo: true,
    runs: MOUSE,
    async walk(w) {
      await enter(w);
      await w.page.goto('/rounds');
      await w.go(w.page.locator('main ul.list a[href^="/rounds/"]').first());
      await w.go(w.page.locator('main').getByRole('button', { name: w.t('Open for changes') }));
      await w.says(w.t('Open again. The drivers see nothing until you lock it.'));
      // The server goes on looking for better rounds; here it finds none, whenever the page asks.
      await w.page.route(/\/api\/v1\/rounds\/[^/?]+$/, async (route) => {
        const revision = await w.page.locator('[data-revision]').getAttribute('data-revision').catch(() => null); // null: the page that asked is gone
        await route.fulfill({ json: { improving: true, looked_s: 0, look_s: 15, revision } }).catch(() => {});
      });
      const rounds = w.page.locator('[data-vehicle]'), asking = () => w.page.locator('[data-plan]').getAttribute('data-asking');
      for (const what of ['[data-cargo]', 'ol.stops li[data-goods]']) { // goods by their row, then by their whole stop
        // A second round first: whatever the other vehicle can take, chosen in the list.
        for (const row of await w.page.locator('[data-cargo]').all()) {
          const cost = row.locator('[data-cost]');
          await row.locator('select').selectOption({ index: 1 });
          await w.until(async () => ![null, '', await asking()].includes(await cost.textContent()), 'the cost is said');
          if (await cost.evaluate((line) => line.classList.contains('bad'))) continue;
          await w.go(row.getByRole('button', { name: w.t('Move') }));
          break;
        }
        await w.says(w.t('Undo'));
        w.check((await rounds.count()) === 2, 'there are two rounds now');
        const less = (await rounds.nth(0).locator('[data-cargo]').count()) < (await rounds.nth(1).locator('[data-cargo]').count()) ? 0 : 1;
        const from = rounds.nth(less).locator(what).first(), to = rounds.nth(1 - less);
        await from.scrollIntoViewIfNeeded();
        const a = await from.locator('span, strong').first().boundingBox();
        await w.page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
        await w.page.mouse.down();
        await w.page.mouse.move(a.x + a.width / 2 + 12, a.y + a.height / 2 + 12, { steps: 3 }); // a press becomes a drag
        await to.locator('h2').scrollIntoViewIfNeeded();
        const b = await to.locator('h2').boundingBox();
        await w.page.mouse.move(b.x + 40, b.y + b.height / 2, { steps: 5 });
        const cost = to.locator('[data-drop]');
        await cost.waitFor();
        await w.page.waitForFunction((line) => line.textContent && line.textContent !== document.querySelector('[data-plan]').dataset.asking, await cost.elementHandle());
        await w.anew(() => w.page.mouse.up());
        await w.says(w.t('Undo'));
        w.check((await rounds.count()) === 1, 'the goods are on the first round again');
      }
      await w.shot('dragged');
    },
  },

  'the map is moved by mouse, fingers and keys': {
    demo: true,
    runs: [...MOUSE, ...FINGER],
    async walk(w) {
      await enter(w);
      await w.page.goto('/rounds');
      await w.go(w.page.locator('main ul.list a[href^="/rounds/"]').first());
      const map = w.page.locator('[data-map][tabindex="0"]');
      await map.waitFor();
      const view = async () => (await map.getAttribute('viewBox')).split(' ').map(Number), whole = await view();
      const becomes = (test, sentence) => w.until(async () => test(await view()), sentence);
      await map.focus();
      await map.press('+');
      await becomes(([, , width]) => width < whole[2], 'the key + comes closer');
      const [x] = await view();
      await map.press('ArrowRight');
      await becomes(([now]) => now > x, 'an arrow moves the map');
      await w.shot('map-near');
      await map.press('0');
      await becomes((now) => String(now) === String(whole), '0 shows all');
      await w.page.locator('[data-zoom=in]').click(); // stays
      await becomes(([, , width]) => width < whole[2], 'the button comes closer');
      await w.page.locator('[data-zoom=all]').click(); // stays
      await becomes((now) => String(now) === String(whole), 'the button shows all');
      await map.scrollIntoViewIfNeeded();
      const box = await map.boundingBox(), cx = box.x + box.width / 2, cy = Math.max(box.y, 0) + Math.min(box.height, 300) / 2;
      if (w.phone) {
        const touch = await w.page.context().newCDPSession(w.page), fingers = (apart) => [{ x: cx - apart, y: cy, id: 1 }, { x: cx + apart, y: cy, id: 2 }];
        await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(20) });
        for (const apart of [30, 45, 60, 80]) await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingers(apart) });
        await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
        await becomes(([, , width]) => width < whole[2], 'two fingers come closer');
      } else {
        await w.page.mouse.move(cx, cy);
        await w.page.mouse.wheel(0, -200);
        await becomes(([, , width]) => width < whole[2], 'the wheel comes closer');
        const before = await view();
        await w.page.mouse.down();
        await w.page.mouse.move(cx - 120, cy - 40, { steps: 4 });
        await w.page.mouse.up();
        await becomes(([now]) => now > before[0], 'the mouse moves the map');
      }
      await w.axe();
    },
  },

  'a round opens without network on a phone that was switched off meanwhile': {
    demo: true,
    runs: FINGER,
    async walk(w) {
      await enter(w);
      const round = await openRound(w), context = w.page.context();
      await w.page.evaluate(async (path) => {
        await navigator.serviceWorker.ready;
        while (!(await (await caches.open('drive-kept')).match(path))) await new Promise((again) => setTimeout(again, 100));
      }, round);
      await w.page.reload(); // now under the service worker's eyes: what the page needs is kept too
      await w.page.locator('[data-drive][data-ready]').waitFor();
      await w.page.close();
      await context.setOffline(true);
      w.page = await context.newPage();
      const reply = await w.page.goto(round);
      w.check(reply.fromServiceWorker(), 'nobody asked the network');
      await w.says(w.t('All stops'));
      await w.page.locator('[data-drive][data-ready]').waitFor();
      await w.shot('cold');
      await card(w).getByRole('button', { name: w.t('Fetched') }).click(); // stays
      await w.says(w.t('No network. Waiting to be sent:'));
      await context.setOffline(false);
      await w.page.evaluate(() => dispatchEvent(new Event('online'))).catch(() => w.page.waitForLoadState());
      await said(w).first().waitFor();
      w.check((await said(w).count()) === 1, 'what was said without network counts once');
    },
  },
};
