// What happens after an order was placed, on the producer's and the buyer's phone: weighing, too little, changing, money back.
const ADMIN = 'Chen Mei', PASSWORD = 'seven quiet ducks';

async function button(w, text, page = w.page, values = {}) {
  await w.go(page.locator('main').getByRole('button', { name: w.t(text, values) }).first());
}

async function link(w, text, page = w.page) {
  await w.go(page.locator('main').getByRole('link', { name: w.t(text) }).first());
}

// Goods, a pickup place and an order by the API: listing and ordering are walked in journey.js.
async function begin(w) {
  const token = w.server.millet(['token', ADMIN]).trim();
  const send = async (path, body, type = 'application/json') => {
    const reply = await fetch(w.server.url + path, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': type }, body, redirect: 'manual' });
    w.check(reply.status === 201 || reply.status === 200 || reply.status === 303, `${path} answered ${reply.status}`);
    return reply.status === 303 ? null : reply.json();
  };
  await send('/pickups/new', new URLSearchParams({ name: '老磨坊 Old mill', hours3: '17:00-19:00' }).toString(), 'application/x-www-form-urlencoded');
  const hen = await send('/api/v1/offers', JSON.stringify({ title: '土鸡 Chicken', price_minor: 3200, on_hand_steps: 9, category: 'meat', priced_unit: 'KGM', priced_scale: 3, nominal_priced_steps: 1800 }));
  const eggs = await send('/api/v1/offers', JSON.stringify({ title: '土鸡蛋 Brown eggs', price_minor: 150, on_hand_steps: 60, category: 'eggs' }));
  const pickups = await (await fetch(`${w.server.url}/api/v1/pickups`)).json();
  return { send, hen: hen.id, eggs: eggs.id, product: hen.product, pickup: pickups.items[0].id };
}

async function order(shop, name, lines) {
  const made = await fetch(`${shop.url}/api/v1/orders`, {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ lines, pickup: shop.pickup, name, phone: '138 0000 1111', missing: 'replace' }),
  });
  return made.json();
}

module.exports = {
  'an order is weighed, falls short, is changed, collected and partly paid back': {
    async walk(w) {
      const shop = { ...(await begin(w)), url: w.server.url };
      await w.signIn(ADMIN, PASSWORD);

      // The administrator says who gets what, and buyers see it.
      await w.page.goto('/fees');
      await w.says(w.t('No fees yet'));
      await w.page.locator('form[action="/fees"]').getByLabel(w.t('What is it for?')).selectOption('admin');
      await w.page.locator('form[action="/fees"]').getByLabel(w.t('How much?')).fill('8');
      await w.page.locator('form[action="/fees"]').getByLabel(w.t('Reckoned from')).selectOption('percent');
      await button(w, 'Add the fee');
      await w.says('8 %');
      await w.shot('fees');
      await w.axe();
      const buyer = await w.device();
      await buyer.goto(`/market/${shop.product}`);
      await w.says(w.t('Where your money goes'), buyer);
      await w.shot('money-goes', buyer);
      await w.axe(buyer);

      const made = await order(shop, '李波 Bo Li', [{ offer: shop.hen, steps: 2 }, { offer: shop.eggs, steps: 12 }]);
      await order(shop, '王芳 Fang Wang', [{ offer: shop.hen, steps: 1 }]);

      // The producer weighs: a slip of the finger is asked about, the next line follows by itself.
      await w.page.goto('/sales');
      await w.shot('sales-to-weigh');
      await w.axe();
      await w.page.goto('/weigh');
      await w.says(w.t('{done} of {all}', { done: '0', all: '2' }));
      await w.page.locator('#weight').fill('34.55');
      await w.shot('weigh');
      await w.axe();
      await button(w, 'Weighed, next');
      await w.says(w.t('It is right. (The buyer pays at most a fifth more than expected.)'));
      await w.shot('weigh-unlikely');
      await w.page.locator('#weight').fill('3.455');
      await button(w, 'Weighed, next');
      await w.says('王芳 Fang Wang');
      await w.page.locator('#weight').fill('1.9');
      await button(w, 'Weighed, next');
      await w.says(w.t('All weighed'));
      await w.shot('weighed');

      // Not enough eggs.
      await w.page.goto('/sales');
      await w.go(w.page.locator('a[href$="/short"]').nth(1));
      await w.says(w.t('The buyer likes something like it instead.'));
      await w.page.getByLabel(w.t('How much is there?')).fill('10');
      await w.page.getByLabel(w.t('A word to the buyer')).fill('The fox came. 狐狸来过。');
      await w.shot('short');
      await w.axe();
      await button(w, 'Save');
      await w.says(w.t("Noted. The buyer sees it on the order's page."));

      // The buyer sees it all, and takes fewer eggs.
      await buyer.goto(made.link);
      await w.says('狐狸来过。', buyer);
      await w.says('3.455', buyer);
      await w.shot('order-changed', buyer);
      await w.axe(buyer);
      await link(w, 'Change the order', buyer);
      await buyer.getByLabel('土鸡蛋 Brown eggs').fill('6');
      await w.shot('amend', buyer);
      await w.axe(buyer);
      await button(w, 'Save', buyer);
      await w.says(w.t('Your order is changed.'), buyer);
      await w.says('¥119.56', buyer); // 3.455 kg at 32.00 and six eggs

      // Collected; two eggs were broken.
      await shop.send(`/api/v1/orders/${made.id}/collect`, '{}');
      await buyer.goto(made.link);
      await link(w, 'Something was wrong', buyer);
      await buyer.getByText('土鸡蛋 Brown eggs').click(); // stays
      await buyer.getByLabel(w.t('How much of it?')).fill('2');
      await buyer.getByText(w.t('It was spoilt or broken')).click(); // stays
      await w.shot('return', buyer);
      await w.axe(buyer);
      await button(w, 'Ask for money back', buyer);
      await w.says(w.t('The seller is asked. You see the answer here.'), buyer);
      await w.page.goto('/refunds');
      await w.says('¥3.00');
      await w.shot('refunds');
      await w.axe();
      await button(w, 'Give {price} back', w.page, { price: '¥3.00' });
      await button(w, 'The buyer has the money');
      await w.says(w.t('Nobody asks for money back'));

      // Stock and losses.
      await w.page.goto(`/goods/offers/${shop.eggs}/stock`);
      await w.says(w.t('Lies there'));
      await w.shot('stock');
      await w.axe();
      await w.page.goto('/missed');
      await w.says(w.t('Everything is collected'));
      await w.axe();
    },
  },
};
