// Special prices in the demo village, by a seller on a phone: a price from an amount on, one for a tag, the tag given, all of it ended.
const PASSWORD = 'millet-demo';
const RUNS = [{ size: 'phone', js: true, lang: 'zh' }, { size: 'desktop', js: false, lang: 'zh' }]; // the demo's growers read Chinese

module.exports = {
  'a seller makes a price for much and one for a tag': {
    demo: true,
    runs: RUNS,
    async walk(w) {
      const main = w.page.locator('main');
      await w.signIn('chen', PASSWORD);
      await w.page.goto('/goods');
      await w.go(main.locator('a[href^="/goods/0"]').first());
      await w.go(main.locator('a[href$="/prices"]').first());
      await w.axe();
      const usual = Number((await main.locator('dl.facts strong').textContent()).replace(/[^0-9.]/g, ''));
      const lower = (usual / 2).toFixed(2);
      await main.locator('input[name=from]').fill('10');
      await main.locator('input[name=price]').fill(String(usual + 1));
      await w.go(main.getByRole('button', { name: w.t('Add the price'), exact: true }));
      await w.says(w.t('It is not below the usual price, so it would never count.'));
      await w.shot('price-refused');
      await main.locator('input[name=price]').fill(lower);
      await w.go(main.getByRole('button', { name: w.t('Add the price'), exact: true }));
      w.check(await main.locator('ul.list li').count() === 1, 'the price is not there');
      await main.locator('input[name=price]').fill(lower);
      await main.locator('input[name=tag]').fill('restaurant');
      await w.go(main.getByRole('button', { name: w.t('Add the price'), exact: true }));
      w.check(await main.locator('ul.list li').count() === 2, 'the price of the tag is not there');
      await main.locator('input[name=tax]').fill('9');
      await w.go(main.getByRole('button', { name: w.t('Save'), exact: true }));
      w.check(await main.locator('input[name=tax]').inputValue() === '9', 'the tax is forgotten');
      await w.axe();
      await w.shot('prices');
      await w.go(main.getByRole('link', { name: w.t('Who has which tag') }));
      await w.says(w.t('No tags yet'));
      await main.locator('input[name=person]').fill('linmei');
      await main.locator('input[name=tag]:not([type=hidden])').fill('restaurant');
      await w.go(main.getByRole('button', { name: w.t('Give it'), exact: true }));
      w.check(await main.locator('ul.list li').count() === 1, 'the tag was not given');
      await w.axe();
      await w.shot('tags');
      await w.go(main.locator('ul.list button').first());
      await w.says(w.t('No tags yet'));
    },
  },
};
