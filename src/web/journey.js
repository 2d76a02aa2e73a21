// What every page is made of: nothing serious for axe in light and dark, nothing wider than a phone, the keyboard's way, the
// language switch, a form that comes back, being offline, printing, and the weight of a first view.

const BOTH = [{ size: 'phone', js: true, lang: 'en' }, { size: 'desktop', js: true, lang: 'zh' }];

module.exports = {
  'every part of a page is readable in light and in dark': {
    flags: ['--style'],
    runs: BOTH,
    walk: async (w) => {
      for (const colorScheme of ['light', 'dark']) {
        const page = await w.device({ colorScheme });
        await page.goto('/style');
        await w.axe(page);
        await w.shot(`style-${colorScheme}`, page);
      }
    },
  },

  'a form that is refused comes back with what was typed': {
    flags: ['--style'],
    walk: async (w) => {
      const page = w.page;
      await page.goto('/style');
      await page.locator('#f-title').fill('小米 & millet');
      await page.locator('#f-price').fill('12x');
      await page.locator('#f-secret').fill('a secret');
      await w.go(page.locator('main form[method=post] .act button'));
      await w.says(w.t('Please check what you entered'));
      await w.says(w.t('Please give an amount such as 12.50.'));
      w.check(await page.locator('#f-title').inputValue() === '小米 & millet', 'the title is lost');
      w.check(await page.locator('#f-price').inputValue() === '12x', 'the price is lost');
      w.check(await page.locator('#f-secret').inputValue() === '', 'the password came back');
      await page.locator('.errors a').click(); // stays
      await w.until(() => page.evaluate(() => location.hash === '#f-price'), 'the summary does not lead to the field');
      await w.axe();
      await w.shot('form-refused');
    },
  },

  'a person changes the language and stays on the page': {
    flags: ['--style'],
    walk: async (w) => {
      const other = w.lang === 'zh' ? { name: 'English', tag: 'en' } : { name: '简体中文', tag: 'zh-CN' };
      await w.page.goto('/style?a=1');
      await w.go(w.page.getByRole('link', { name: other.name }));
      await w.page.waitForURL('**/style?a=1');
      w.check(await w.page.locator('html').getAttribute('lang') === other.tag, 'the language did not change');
      await w.page.goto('/style');
      w.check(await w.page.locator('html').getAttribute('lang') === other.tag, 'the language was forgotten');
    },
  },

  'the keyboard goes past the frame at once': {
    flags: ['--style'],
    runs: [{ size: 'desktop', js: true, lang: 'en' }],
    walk: async (w) => {
      await w.page.goto('/style');
      await w.page.keyboard.press('Tab');
      w.check(await w.page.evaluate(() => document.activeElement.className) === 'skip', 'the first stop is not the way past the frame');
      await w.page.keyboard.press('Enter');
      await w.until(() => w.page.evaluate(() => location.hash !== ''), 'the way past the frame leads nowhere');
      await w.page.keyboard.press('Tab');
      w.check(await w.page.evaluate(() => document.querySelector('main').contains(document.activeElement)), 'the keyboard is not in the content');
    },
  },

  'an error says what happened and where to go': async (w) => {
    await w.page.goto('/no/such/page');
    await w.says(w.t('Not found'));
    await w.axe();
    await w.shot('not-found');
    await w.page.goto('/offline');
    await w.page.getByRole('heading', { name: w.t('You are offline') }).waitFor();
    await w.shot('offline');
  },

  'a page that was opened is there without the network': {
    flags: ['--style'],
    runs: [{ size: 'phone', js: true, lang: 'en' }],
    walk: async (w) => {
      const page = w.page;
      await page.goto('/style');
      await page.evaluate(() => navigator.serviceWorker.ready);
      await page.goto('/style?seen');
      await page.waitForFunction(async () => (await caches.match('/style?seen')) && (await caches.match('/offline')));
      await page.context().setOffline(true);
      await page.goto('/style?seen');
      await w.says('Everything a page is made of');
      await w.says('You are offline. What you see may be old.');
      w.check(await page.evaluate(() => getComputedStyle(document.querySelector('.card')).borderRadius) === '10px', 'the stylesheet is missing');
      await page.goto('/style?never');
      await page.getByRole('heading', { name: 'You are offline' }).waitFor();
      await page.context().setOffline(false);
    },
  },

  'it prints black on white without the frame': {
    flags: ['--style'],
    runs: [{ size: 'desktop', js: true, lang: 'en' }],
    walk: async (w) => {
      const page = await w.device({ colorScheme: 'dark' });
      await page.goto('/style');
      await page.emulateMedia({ media: 'print' });
      for (const gone of ['.top', '.foot', '.chips', 'button'])
        w.check(!(await page.locator(gone).first().isVisible()), `${gone} is printed`);
      w.check(await page.evaluate(() => getComputedStyle(document.body).backgroundColor) === 'rgb(255, 255, 255)', 'the paper is not white');
      w.check(await page.evaluate(() => getComputedStyle(document.body).color) === 'rgb(0, 0, 0)', 'the ink is not black');
      await w.shot('style-print', page);
    },
  },

  'the first view is light': {
    flags: ['--style'],
    runs: [{ size: 'phone', js: true, lang: 'en' }],
    walk: async (w) => {
      const bytes = await w.weight('/style');
      w.check(bytes < 60 * 1024, `the first view weighs ${bytes} bytes`);
    },
  },
};
