// A walk through money: an agent takes cash, a member buys from the wallet, the treasurer looks at the day. In the demo village.
const PASSWORD = 'millet-demo';

module.exports = {
  'cash becomes a wallet, the wallet an order, and the treasurer sees it all': {
    demo: true,
    async walk(w) {
      const { translate } = await import('../../tests/journeys/lib.mjs');
      const zh = (text) => translate('zh', text), en = (text) => translate('en', text); // people of the demo see their own language
      await w.signIn('hejing', PASSWORD);
      await w.page.goto('/till');
      await w.shot('till');
      await w.axe();
      const cash = w.page.locator('form[action="/till/cash"]');
      await cash.getByLabel(zh('Who?')).fill('nobody at all');
      await cash.getByLabel(zh('How much money?')).fill('25.50');
      await cash.getByRole('button', { name: zh('Book it') }).click();
      await w.says(zh('There is no such member. Type the name they sign in with, or their phone number.'));
      await w.shot('till-refused');
      const again = w.page.locator('form[action="/till/cash"]');
      await again.getByLabel(zh('Who?')).fill('anna');
      await again.getByRole('button', { name: zh('Book it') }).click();
      await w.says(zh('Booked. It is in the wallet.'));

      const anna = await w.device();
      await w.signIn('anna', PASSWORD, anna);
      await anna.goto('/wallet');
      await w.says('¥25.50', anna);
      await w.shot('wallet', anna);
      await w.axe(anna);
      await anna.getByRole('link', { name: en('Receipt') }).first().click();
      await w.says(en('Words of the book at this moment'), anna);
      await w.shot('receipt', anna);
      await w.axe(anna);
      await anna.goto('/wallet/statement');
      await w.shot('statement', anna);
      await w.axe(anna);
      await anna.goto('/wallet');
      await anna.getByRole('link', { name: en('Put aside for an order') }).first().click();
      await w.says(en('Handed over; the seller gets it soon'), anna);
      await w.shot('where-money-went', anna);
      await w.axe(anna);

      await w.page.goto('/treasury');
      await w.says(zh('The books are even.'));
      await w.shot('treasury');
      await w.axe();
      await w.page.goto('/treasury/reconcile');
      await w.axe();
      await w.page.goto('/treasury/settings');
      await w.axe();
    },
  },
};
