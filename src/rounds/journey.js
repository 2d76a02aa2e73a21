// A dispatcher looks at a day, moves goods, locks it; the driver works through the stops, some of them without network.
const PASSWORD = 'millet-demo';

module.exports = {
  'a dispatcher plans a day, a driver drives it': {
    demo: true,
    async walk(w) {
      const main = () => w.page.locator('main');
      // Deng Fei reads Chinese; this device may have chosen otherwise.
      await w.page.context().addCookies([{ name: 'lang', value: w.lang === 'zh' ? 'zh-CN' : 'en', url: w.server.url }]);
      await w.signIn('dengfei', PASSWORD);
      await w.page.goto('/rounds');
      await w.says(w.t('Planned days'));
      await w.shot('rounds');
      await w.axe();
      await w.go(main().locator('ul.list a[href^="/rounds/"]').first());
      await w.says(w.t('Round sheets to print'));
      await w.shot('plan');
      await w.axe();
      if (w.js) w.check((await w.weight(new URL(w.page.url()).pathname)) <= 60 * 1024, 'the plan with its map is too heavy');
      const plan = w.page.url();
      await w.go(main().getByRole('button', { name: w.t('Open for changes') }));
      await w.says(w.t('Open again. The drivers see nothing until you lock it.'));
      // The server goes on looking for better rounds; here it finds none, so that no page changes under a click.
      await w.page.route(/\/api\/v1\/rounds\/[^/?]+$/, async (route) => {
        const revision = await w.page.locator('[data-revision]').getAttribute('data-revision').catch(() => null); // null: the page that asked is gone
        await route.fulfill({ json: { improving: true, looked_s: 0, look_s: 15, revision } }).catch(() => {});
      });
      const cargo = main().locator('details[data-cargo-list]').first();
      if (!(await cargo.evaluate((part) => part.open))) await cargo.locator('summary').click(); // stays
      await w.go(cargo.locator('form button').first());
      await w.says(w.t('Undo'));
      await w.shot('moved');
      await w.axe();
      await w.page.goto(`${plan}/choose`);
      await w.says(w.t('Vehicles and drivers'));
      await w.shot('choose');
      await w.axe();
      await w.go(main().getByRole('button', { name: w.t('Plan with this') }));
      await w.says(w.t('Planned with what you chose.'));
      await w.go(main().getByRole('button', { name: w.t('Lock and tell the drivers') }));
      await w.says(w.t('Locked. The drivers see their rounds now.'));
      await w.page.goto(`${plan}/sheet`);
      await w.page.emulateMedia({ media: 'print' });
      await w.shot('sheet');
      await w.page.emulateMedia({ media: 'screen' });
      for (const [path, name] of [['/vehicles', 'vehicles'], ['/vehicles/new', 'vehicle'], ['/rounds/gates', 'gates'], ['/rounds/needs', 'needs']]) {
        await w.page.goto(path);
        await w.shot(name);
        await w.axe();
      }

      // The driver.
      await w.page.goto('/drive');
      await w.go(main().locator('ul.list a[href^="/drive/"]').first());
      await w.says(w.t('All stops'));
      await w.shot('drive');
      await w.axe();
      const done = () => main().locator('ol.stops .badge.ok').count();
      const ready = () => w.page.locator('[data-drive][data-ready]').waitFor();
      if (w.js) await ready();
      await w.go(main().getByRole('button', { name: w.t('Fetched') }));
      w.check((await done()) === 1, 'the first stop is done');
      if (!w.js) return;
      await ready();
      await w.page.context().setOffline(true);
      await main().getByRole('button', { name: w.t('Fetched') }).click(); // stays
      await w.says(w.t('No network. Waiting to be sent:'));
      await w.shot('drive-offline');
      // A wrong press is taken back as long as it waits.
      await main().locator('button[data-back]').click(); // stays
      await main().locator('[data-waiting]').waitFor({ state: 'hidden' });
      await main().getByRole('button', { name: w.t('Fetched') }).click(); // stays
      await w.says(w.t('No network. Waiting to be sent:'));
      // Sent as soon as the network is back: the page is loaded anew. A browser that notices it by itself may have done so already.
      await w.anew(async () => {
        await w.page.context().setOffline(false);
        await w.page.evaluate(() => dispatchEvent(new Event('online'))).catch(() => {});
      });
      await main().locator('[data-waiting]').waitFor({ state: 'hidden' });
      w.complaints = w.complaints.filter((line) => !line.includes('ERR_INTERNET_DISCONNECTED')); // that is what was tried
      w.check((await done()) === 2, 'what was said without network counts once');
    },
  },
};
