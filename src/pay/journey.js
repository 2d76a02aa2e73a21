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
      await w.go(cash.getByRole('button', { name: zh('Book it') }));
      await w.says(zh('There is no such member. Type the name they sign in with, or their phone number.'));
      await w.shot('till-refused');
      const again = w.page.locator('form[action="/till/cash"]');
      await again.getByLabel(zh('Who?')).fill('anna');
      await w.go(again.getByRole('button', { name: zh('Book it') }));
      await w.says(zh('Booked. It is in the wallet.'));

      const anna = await w.device();
      await w.signIn('anna', PASSWORD, anna);
      await anna.goto('/wallet');
      await w.says('¥25.50', anna);
      await w.shot('wallet', anna);
      await w.axe(anna);
      await w.go(anna.getByRole('link', { name: en('Receipt') }).first());
      await w.says(en('Words of the book at this moment'), anna);
      await w.shot('receipt', anna);
      await w.axe(anna);
      await anna.goto('/wallet/statement');
      await w.shot('statement', anna);
      await w.axe(anna);
      await anna.goto('/wallet');
      await w.go(anna.getByRole('link', { name: en('Put aside for an order') }).first());
      await w.says(en('Handed over; the seller gets it soon'), anna);
      await w.shot('where-money-went', anna);
      await w.axe(anna);

      const out = anna.locator('form[action="/wallet/pay-out"]');
      await anna.goto('/wallet');
      await anna.getByText(en('Pay out to my phone or bank')).click(); // stays
      await out.getByLabel(en('Account or phone number')).fill('6222000000000777');
      await out.getByLabel(en('How much money?')).fill('5.00');
      await w.go(out.getByRole('button', { name: en('Pay out') }));
      await w.says(en('Waits for a treasurer; the money is held for it.'), anna);
      await w.shot('pay-out', anna);
      await w.axe(anna);

      const lin = await w.device();
      await w.signIn('feng', PASSWORD, lin);
      await lin.goto('/money/earned');
      await w.shot('earned', lin);
      await w.axe(lin);
      await lin.goto('/money/stall');
      await w.shot('stall', lin);
      await w.axe(lin);

      await w.page.goto('/treasury');
      await w.says(zh('The books are even.'));
      await w.shot('treasury');
      await w.axe();
      const list = w.page.locator('form[action="/treasury/batches"]');
      await w.page.getByText(zh('Make a list of payouts')).click(); // stays
      await w.go(list.getByRole('button', { name: zh('Make the list') }));
      await w.says(zh('A second person has to approve this list.'));
      await w.shot('batch');
      await w.axe();
      await w.page.goto('/treasury/reconcile');
      await w.axe();
      await w.page.setInputFiles('#file', { name: 'bank.csv', mimeType: 'text/csv', buffer: Buffer.from(
        'Date,Reference,Name,Text,Amount\n2026-11-20,A1,Anna,for my wallet,80.00\n2026-11-20,A2,,Account fee,-4.00\n2026-11-21,A3,Somebody in town,vegetables,12.50\n') });
      await w.go(w.page.getByRole('button', { name: zh('Read it') }));
      await w.says(zh('Which column is what?'));
      await w.shot('mapping');
      await w.axe();
      await w.page.getByLabel(zh('Name of this mapping')).fill('Village bank');
      await w.go(w.page.getByRole('button', { name: zh('Read the file') }));
      await w.says(zh('To explain'));
      await w.shot('reconcile');
      await w.axe();
      await w.page.goto('/treasury/settings');
      await w.shot('settings');
      await w.axe();
      await w.page.goto('/treasury/rails');
      await w.shot('rails');
      await w.axe();
      await w.page.goto('/treasury/calls');
      await w.says(zh('Every payment by phone has its answer.'));
      await w.axe();
    },
  },
};
