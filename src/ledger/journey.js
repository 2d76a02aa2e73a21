// A treasurer's morning: opens the books, writes an entry by hand, looks at it from both sides, prints.
const crypto = require('node:crypto');
const NAME = 'Tao Wei', PASSWORD = 'eight quiet geese';

async function openAccounts(w) {
  const token = w.server.millet(['token', NAME]).trim();
  const send = async (path, body) => {
    const reply = await fetch(w.server.url + path, {
      method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body: JSON.stringify(body) });
    w.check(reply.status === 201, `${path} answered ${reply.status}`);
    return reply.json();
  };
  const made = {};
  for (const [name, code] of [['Cash box', '1010'], ['Bank', '1020'], ['Opening balances', '3010'], ['Market fees', '4010']])
    made[code] = (await send('/api/v1/accounts', { name, code })).id;
  await send('/api/v1/transfers', { id: crypto.randomUUID(), debit: made['1010'], credit: made['3010'], amount_minor: 50000, kind: 'opening' });
  const year = new Date().getFullYear() - 1; // what was earned last year, for its closing
  await send('/api/v1/transfers', { id: crypto.randomUUID(), debit: made['1020'], credit: made['4010'], amount_minor: 2000, kind: 'fee', effective_on: `${year}-06-01` });
  return made;
}

module.exports = {
  'a treasurer writes an entry and the books close': {
    async walk(w) {
      w.server.millet(['user', 'add', NAME, '--role', 'treasurer'], `${PASSWORD}\n`);
      await w.signIn(NAME, PASSWORD);
      await w.page.goto('/ledger');
      await w.says(w.t('Nothing was booked by then'));
      await w.axe();
      await w.shot('books-empty');
      const made = await openAccounts(w);
      await w.page.goto('/ledger');
      await w.says(w.t('The books close'));
      await w.axe();
      await w.shot('books');
      await w.go(w.page.locator('main').getByRole('link', { name: w.t('New entry') }));
      await w.axe();
      await w.page.locator('select[name=debit]').selectOption(made['1020']);
      await w.page.locator('select[name=credit]').selectOption(made['1020']);
      await w.page.locator('input[name=amount]').fill('120.50');
      await w.go(w.page.locator('main').getByRole('button', { name: w.t('Book it') }));
      await w.says(w.t('The money would come from and go to the same account.'));
      await w.axe();
      await w.shot('entry-refused');
      w.check((await w.page.locator('input[name=amount]').inputValue()).includes('120.5'), 'what was typed is kept');
      await w.page.locator('select[name=credit]').selectOption(made['1010']);
      await w.go(w.page.locator('main').getByRole('button', { name: w.t('Book it') }));
      await w.says(w.t('Booked.'));
      await w.says('120.50');
      await w.axe();
      await w.shot('account');
      await w.page.goto('/ledger');
      await w.says('379.50');
      await w.says(w.t('The books close'));
      await w.go(w.page.locator('main').getByRole('link', { name: w.t('Close the year') }));
      await w.says(w.t('Surplus'));
      await w.axe();
      await w.shot('closing');
      await w.go(w.page.locator('main').getByRole('button', { name: w.t('Close the year') }));
      await w.says(w.t('The year is closed. Income and expense begin again with nothing.'));
      await w.says(w.t('Nothing to close'));
      await w.axe();
      await w.shot('closed');
      await w.go(w.page.locator('main').getByRole('button', { name: w.t('Take it back') }));
      await w.says(w.t('Taken back. The year is open again.'));
      await w.shot('reopened');
    },
  },
};
