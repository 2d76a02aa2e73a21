// Reports in the demo village: the hub chooses days, reads, takes them along. (linmei reads English whatever the browser asks for.)
const PASSWORD = 'millet-demo';
const RUNS = [{ size: 'phone', js: true, lang: 'en' }, { size: 'desktop', js: false, lang: 'en' }];

async function year(w, page = w.page) {
  await page.locator('main input[name=from]').fill('2025-06-01');
  await w.go(page.locator('main').getByRole('button', { name: w.t('Show'), exact: true }));
}

module.exports = {
  'the hub reads, prints and takes along its reports': {
    demo: true,
    runs: RUNS,
    async walk(w) {
      await w.signIn('linmei', PASSWORD);
      await w.page.goto('/reports');
      await w.axe();
      await year(w);
      await w.shot('reports');
      for (const [name, word] of [['By product', 'goods'], ['By producer', 'suppliers'], ['By customer', 'customers'], ['Pickup list', 'pickup'], ["Producers' totals", 'totals'], ['Fees', 'fees'], ['Sales tax', 'tax'], ['Customers', 'buyers']]) {
        await w.go(w.page.locator('main').getByRole('link', { name: w.t(name), exact: true }).first());
        w.check((await w.page.locator('main h1').textContent()).trim() === w.t(name), `${name} has another heading`);
        w.check(await w.page.locator('main input[name=from]').inputValue() === '2025-06-01', 'the days are forgotten');
        w.check(await w.page.locator('main table.report tbody tr').count() > 0 || word === 'fees', `${name} is empty`);
        await w.axe();
        await w.shot(`report-${word}`);
        await w.go(w.page.locator('main a.back'));
      }
      await w.page.goto('/reports/goods?from=2010-01-01&until=2010-01-07');
      await w.says(w.t('Nothing was ordered in this time.'));
      await w.shot('report-empty');
    },
  },
};
