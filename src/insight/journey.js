// A farmer looks at what will sell and corrects a week; a buyer reads suggestions, switches them off and on.
const PASSWORD = 'millet-demo';

module.exports = {
  'a farmer corrects what will sell': {
    demo: true,
    async walk(w) {
      await w.signIn(w.lang === 'zh' ? 'chen' : 'linmei', PASSWORD); // an account speaks its own language
      await w.page.goto('/outlook');
      await w.says(w.t('What will sell'));
      await w.shot('outlook');
      await w.axe();
      await w.go(w.page.locator('main table a').first());
      await w.says(w.t('Week by week'));
      await w.shot('outlook-good');
      await w.axe();
      await w.page.locator('main form input[name=amount]').nth(1).fill('7');
      await w.go(w.page.locator('main form').nth(1).getByRole('button'));
      await w.says(w.t('Noted. Later you will see who was nearer.'));
    },
  },
  'a buyer reads suggestions and switches them off': {
    demo: true,
    async walk(w) {
      await w.signIn(w.lang === 'zh' ? 'xiaoyu' : 'anna', PASSWORD);
      await w.page.goto('/for-you');
      await w.says(w.t('Your choice'));
      await w.shot('for-you');
      await w.axe();
      await w.go(w.page.getByRole('button', { name: w.t('Switch suggestions off') }));
      await w.says(w.t('Nothing is suggested to you, and what you buy teaches nothing.'));
      await w.go(w.page.getByRole('button', { name: w.t('Switch them on') }));
      await w.says(w.t('Your choice'));
    },
  },
};
