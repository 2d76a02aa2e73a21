// A round from the hub's plan to the producer's answer: the hub opens a cycle, a buyer orders in it with a time of collecting, it closes, the
// sheet is seen and confirmed; the harvest it was packed of is told to the buyer and can be traced.
const ADMIN = 'Chen Mei', PASSWORD = 'seven quiet ducks';

// Goods with a harvest, and a pickup place, by the API: making them is walked in market/journey.js.
async function begin(w) {
  const token = w.server.millet(['token', ADMIN]).trim();
  const send = async (path, body, type = 'application/json') => {
    const reply = await fetch(w.server.url + path, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': type }, body, redirect: 'manual' });
    w.check([200, 201, 303].includes(reply.status), `${path} answered ${reply.status}`);
    return reply.status === 303 ? null : reply.json();
  };
  const form = (path, values) => send(path, new URLSearchParams(values).toString(), 'application/x-www-form-urlencoded');
  await form('/pickups/new', { name: '老磨坊 Old mill', hours3: '17:00-19:00' });
  const eggs = await send('/api/v1/offers', JSON.stringify({ title: '土鸡蛋 Brown eggs', price_minor: 150, on_hand_steps: 10, category: 'eggs' }));
  await form(`/goods/offers/${eggs.id}/stock`, { kind: 'receipt', amount: '30', harvested_on: '2026-11-18', best_before: '2099-12-01', field: '上鸡舍 Upper coop', code: 'E-18' });
  return { ...eggs, send };
}

module.exports = {
  'a hub opens a cycle, a buyer orders in it, the sheet is confirmed and the harvest told': {
    async walk(w) {
      const eggs = await begin(w);
      const main = w.page.locator('main');
      const act = (verb) => w.go(main.locator(`button[name=verb][value=${verb}]`));
      await w.signIn(ADMIN, PASSWORD);

      // The hub plans and opens.
      await w.page.goto('/hub');
      await w.says(w.t('No cycle yet'));
      await w.axe();
      await w.go(main.getByRole('link', { name: w.t('Plan the first') }));
      await main.locator('input[name=name]').fill('周六菜箱 Saturday box');
      await main.locator('select[name=pickup]').selectOption({ label: '老磨坊 Old mill' });
      await main.locator('input[name=times]').fill('9-10, 10-11');
      await main.locator('input[name=places]').fill('2');
      await w.shot('hub-new');
      await w.axe();
      await w.go(main.getByRole('button', { name: w.t('Make the draft') }));
      await w.says(w.t('Draft'));
      await act('open');
      await w.says(w.t('Open for orders'));
      await w.shot('hub-cycle');
      await w.axe();

      // A buyer chooses a time.
      const buyer = await w.device();
      const basket = buyer.locator('main');
      await buyer.goto('/cycles');
      await w.says('周六菜箱 Saturday box', buyer);
      await w.shot('cycles', buyer);
      await w.axe(buyer);
      await buyer.goto(`/market/${eggs.product}`);
      const put = basket.getByRole('button', { name: w.t('Put into the basket') }).first();
      if (w.js) await put.click(); // stays
      else await w.go(put);
      await w.says(w.js ? w.t('In the basket') : '土鸡蛋 Brown eggs', buyer);
      await buyer.goto('/checkout');
      await basket.locator('input[name=name]').fill('李波 Bo Li');
      await basket.locator('input[name=phone]').fill('138 0000 1111');
      await basket.locator('input[name=pickup]').first().check();
      await w.shot('checkout-times', buyer);
      await w.axe(buyer);
      await w.go(basket.locator('p.act button'));
      await w.says(w.t('Thank you! Your order is placed.'), buyer);
      await w.says('周六菜箱 Saturday box', buyer);
      const link = new URL(buyer.url()).pathname;

      // It closes; the producer sees what to bring and says yes.
      await w.page.goto('/hub');
      await w.go(main.getByRole('link', { name: '周六菜箱 Saturday box' }).first());
      await act('close');
      await act('seal');
      await w.says(w.t('What producers bring'));
      await w.shot('hub-sealed');
      await w.axe();
      await w.page.goto('/supply');
      await w.go(main.getByRole('link', { name: '周六菜箱 Saturday box' }).first());
      await w.says('土鸡蛋 Brown eggs');
      await w.shot('supply-sheet');
      await w.axe();
      await main.locator('input[name=answer]').first().check();
      await w.go(main.getByRole('button', { name: w.t('Tell the hub') }));
      await w.says(w.t('Confirmed'));

      // Packed of a harvest that the buyer reads, and that shows who got of it.
      await w.page.goto('/sales');
      await w.says(w.t('Take first:'));
      await w.shot('sales-first');
      await w.axe();
      await w.go(main.locator('form[action$="/pack"] button').first());
      await buyer.goto(link);
      await w.says('上鸡舍 Upper coop', buyer);
      await w.shot('order-harvest', buyer);
      await w.axe(buyer);
      await w.page.goto('/lots');
      await w.shot('lots');
      await w.axe();
      await w.go(main.locator('ul.list a').first());
      await w.says('李波 Bo Li');
      await w.shot('lot');
      await w.axe();
      await w.page.goto('/stores');
      await w.shot('stores');
      await w.axe();
      await w.page.goto('/units');
      await w.says(w.t('Our own measures'));
      await w.axe();
    },
  },
};
