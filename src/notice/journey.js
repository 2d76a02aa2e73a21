// What buyers are told, in the demo village: messages, what by which way, the gateway of the co-operative.
const PASSWORD = 'millet-demo';
const RUNS = [{ size: 'phone', js: true, lang: 'en' }, { size: 'desktop', js: false, lang: 'en' }];

module.exports = {
  'somebody chooses what they are told, and the office names a gateway': {
    demo: true,
    runs: RUNS,
    async walk(w) {
      const main = w.page.locator('main');
      await w.signIn('linmei', PASSWORD);
      await w.page.goto('/me');
      await w.go(main.getByRole('link', { name: w.t('Messages') }).first());
      await w.axe();
      await w.shot('messages');
      await w.go(main.getByRole('link', { name: w.t('What you are told, and how') }));
      w.check(await main.locator('input[name=ready_app]').isChecked(), 'ready is not told in the app');
      await main.locator('input[name=weighed_app]').uncheck();
      await w.go(main.getByRole('button', { name: w.t('Save'), exact: true }));
      w.check(!await main.locator('input[name=weighed_app]').isChecked(), 'the choice is forgotten');
      await w.axe();
      await w.shot('ways');
      await w.go(main.getByRole('button', { name: w.t('Send me nothing, I look myself') }));
      w.check(await main.locator('input[name=ready_mail]').count() === 0, 'mail is offered where there is no mail server');
      await w.says(w.t('Mail is not offered: your co-operative has no mail server set up.'));
      await w.page.goto('/notices/gateway');
      await main.locator('input[name=url]').fill('ftp://nowhere');
      await w.go(main.getByRole('button', { name: w.t('Save'), exact: true }));
      await w.says('https://gateway.example.org/messages');
      await main.locator('input[name=url]').fill('https://sms.example.org/messages');
      await w.go(main.getByRole('button', { name: w.t('Save'), exact: true }));
      await w.says('whsec_');
      await w.axe();
      await w.shot('gateway');
      await w.page.goto('/me/notices');
      w.check(!await main.locator('input[name=ready_text]').isChecked(), 'text messages are still sent');
    },
  },
};
