// Walks through the market: listing goods with a photo, buying as a guest and as a member, packing, handing over.
const zlib = require('node:zlib');
const ADMIN = 'Chen Mei', PASSWORD = 'seven quiet ducks';

async function button(w, text, page = w.page, values = {}) {
  await w.go(page.locator('main').getByRole('button', { name: w.t(text, values) }).first());
}

async function link(w, text, page = w.page) {
  await w.go(page.locator('main').getByRole('link', { name: w.t(text), exact: true }).first());
}

async function fill(w, values, page = w.page) {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(w.t(label)).first().fill(value);
}

// With a script the page stays and says so; without one the basket follows, which says that.
async function intoBasket(w, page, that) {
  const put = page.locator('main').getByRole('button', { name: w.t('Put into the basket') }).first();
  if (w.js) await put.click(); // stays
  else await w.go(put);
  await w.says(w.js ? w.t('In the basket') : that, page);
}

// A photo as a phone takes it: a PNG of 1,200 x 900 with a slope of colours, made here.
function photo() {
  const [width, height] = [1200, 900];
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = y * (width * 3 + 1) + 1 + x * 3;
      const round = Math.hypot(x - 600, y - 450) < 300;
      rows[at] = round ? 214 : 90 + y / 10;
      rows[at + 1] = round ? 150 - y / 12 : 130 + x / 16;
      rows[at + 2] = round ? 90 : 80;
    }
  const chunk = (type, body) => {
    const out = Buffer.alloc(12 + body.length);
    out.writeUInt32BE(body.length, 0);
    out.write(type, 4, 'latin1');
    body.copy(out, 8);
    out.writeUInt32BE(zlib.crc32 ? zlib.crc32(out.subarray(4, 8 + body.length)) : crc(out.subarray(4, 8 + body.length)), 8 + body.length);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', head), chunk('IDAT', zlib.deflateSync(rows)), chunk('IEND', Buffer.alloc(0))]);
}

function crc(bytes) {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let i = 0; i < 8; i++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}

async function addPickup(w) {
  await w.page.goto('/pickups');
  await w.axe();
  await w.shot('pickups-empty');
  await link(w, 'Add the first');
  await fill(w, { 'Name': '老磨坊 Old mill', 'How to find it': '村口 3 号, 3 Mill Lane', 'Good to know': '自带袋子 · Bring bags', 'Saturday': 'soon' });
  await button(w, 'Save');
  await w.says(w.t('Write opening hours like 9:00–11:30.'));
  await fill(w, { 'Saturday': '9:00-11:30, 16-18', 'Wednesday': '17:00-19:00' });
  await w.shot('pickup-edit');
  await button(w, 'Save');
  await w.says('老磨坊 Old mill');
}

async function listGoods(w, goods, shot) {
  await w.page.goto('/goods/new');
  await fill(w, { 'Name': goods.name, 'How much is there?': goods.amount });
  await w.page.getByRole('textbox', { name: w.t('Price') }).fill(goods.price);
  await w.page.getByLabel(w.t('Shelf'), { exact: true }).selectOption(goods.shelf);
  if (goods.sold) await w.page.getByText(w.t(goods.sold)).click(); // stays
  if (goods.nominal) await fill(w, { 'Average weight of one piece, kg': goods.nominal });
  if (goods.pack) await fill(w, { 'How is it packed?': goods.pack });
  if (goods.story) await fill(w, { 'What is good about it?': goods.story });
  if (goods.photo) await w.page.getByLabel(w.t('Photo')).first().setInputFiles({ name: 'IMG_0001.PNG', mimeType: 'image/png', buffer: photo() });
  if (shot) await w.shot(shot);
  await button(w, 'Put on sale');
  await w.says(w.t('It is on sale now.'));
}

async function stock(w) {
  await w.signIn(ADMIN, PASSWORD);
  await addPickup(w);
  await listGoods(w, { name: '土鸡蛋 Brown eggs', price: '1.50', amount: '60', shelf: 'eggs', pack: '6 个一盒 · box of 6', story: 'From hens that run under the plum trees.\n\nCollected every morning.', photo: true }, 'good-new');
  await listGoods(w, { name: '高山大米 Mountain rice', price: '12.50', amount: '40', shelf: 'grain', sold: 'By weight, as much as the buyer likes' });
  await listGoods(w, { name: '土鸡 Chicken', price: '32', amount: '2', shelf: 'meat', sold: 'By the piece, priced by its weight: a chicken, a pumpkin', nominal: '1.8' });
}

// The same goods by the API, where listing them is not what is walked.
async function stockQuickly(w) {
  const token = w.server.millet(['token', ADMIN]).trim();
  const send = async (path, body, type) => {
    const reply = await fetch(w.server.url + path, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': type }, body, redirect: 'manual' });
    w.check(reply.status === 201 || reply.status === 303, `${path} answered ${reply.status}`);
  };
  await send('/pickups/new', new URLSearchParams({ name: '老磨坊 Old mill', hours3: '17:00-19:00' }).toString(), 'application/x-www-form-urlencoded');
  const goods = [
    { title: '土鸡蛋 Brown eggs', price_minor: 150, on_hand_steps: 60, category: 'eggs' },
    { title: '土鸡 Chicken', price_minor: 3200, on_hand_steps: 2, category: 'meat', priced_unit: 'KGM', priced_scale: 3, nominal_priced_steps: 1800 },
  ];
  for (const one of goods) await send('/api/v1/offers', JSON.stringify(one), 'application/json');
}

// What of a page's first view goes over the wire.
async function light(w, path) {
  const bytes = await w.weight(path);
  w.check(bytes <= 60 * 1024, `${path} weighs ${bytes} bytes on the first visit`);
}

module.exports = {
  'a producer lists goods, a guest buys, a packer hands over': {
    async walk(w) {
      const buyer = await w.device();
      await buyer.goto('/market');
      await w.says(w.t('The market is just being set up'), buyer);
      await w.shot('market-empty', buyer);
      await w.axe(buyer);
      await stock(w);
      await w.axe();
      await w.shot('goods');

      // A guest looks around, searches one Chinese character, and buys.
      await buyer.goto('/market');
      await w.says('土鸡蛋 Brown eggs', buyer);
      await w.shot('market', buyer);
      await w.axe(buyer);
      if (w.js) await light(w, '/market');
      await buyer.getByRole('searchbox').fill('米');
      await button(w, 'Search', buyer);
      await w.says('高山大米 Mountain rice', buyer);
      w.check((await buyer.getByText('土鸡蛋 Brown eggs').count()) === 0, 'a search for 米 finds eggs');
      await w.shot('search', buyer);
      await w.go(buyer.getByRole('link', { name: '高山大米 Mountain rice' }).first());
      await w.says(w.t('Where to collect'), buyer);
      await w.shot('product-rice', buyer);
      await w.axe(buyer);
      await buyer.getByLabel(w.t('How much')).first().fill('1.25');
      await intoBasket(w, buyer, '¥15.63');
      await buyer.goto('/market?search=%E9%B8%A1%E8%9B%8B');
      await w.go(buyer.getByRole('link', { name: '土鸡蛋 Brown eggs' }).first());
      await w.says('From hens that run under the plum trees.', buyer);
      await w.shot('product-eggs', buyer);
      await w.axe(buyer);
      await buyer.getByLabel(w.t('How much')).first().fill('6');
      await intoBasket(w, buyer, w.t('Your basket'));
      await buyer.goto('/cart');
      await w.shot('basket', buyer);
      await w.axe(buyer);
      await link(w, 'Go on to order', buyer);
      await w.shot('checkout', buyer);
      await w.axe(buyer);
      await fill(w, { 'Your name': '李波 Bo Li', 'Phone': '138 0000 1111', 'Note to the packers': '请放门口 · by the door' }, buyer);
      await buyer.getByText('老磨坊 Old mill').first().click(); // stays
      await button(w, 'Order for {price}', buyer, { price: '¥24.63' });
      await w.says(w.t('Thank you! Your order is placed.'), buyer);
      await w.shot('order', buyer);
      await w.axe(buyer);
      const code = (await buyer.locator('.ticket .code').innerText()).replace(/\D/g, '');
      const orderPage = buyer.url().replace('?thanks=1', '');

      // The producer packs, with the list on paper.
      await w.page.goto('/sales');
      await w.says('李波 Bo Li');
      await w.shot('sales');
      await w.axe();
      await w.page.goto('/sales/sheet');
      await w.page.emulateMedia({ media: 'print' });
      await w.shot('sheet-a4');
      await w.page.goto('/sales/sheet?paper=80mm');
      await w.shot('sheet-80mm');
      await w.page.emulateMedia({ media: 'screen' });
      await w.page.goto('/sales');
      await button(w, 'Packed');
      await w.says(w.t('Packed, waiting to be collected'));
      await buyer.goto(orderPage);
      await w.says(w.t('Your order is packed'), buyer);

      // The packer types the code, sees the cash, and presses one button; then takes it back and does it again.
      await w.page.goto('/handover');
      await w.shot('handover');
      await w.axe();
      await w.page.getByLabel(w.t("The buyer's code")).fill('12');
      await w.go(w.page.locator('main').getByRole('button', { name: w.t('Show'), exact: true }));
      await w.says(w.t('A code has six digits, like 482 730.'));
      // A photo of the buyer's screen does as well: without HTTPS a page gets no camera.
      await buyer.goto(orderPage);
      const qr = await buyer.locator('.qr-box').screenshot();
      await w.page.goto('/handover');
      await w.page.locator('input[type=file]').setInputFiles({ name: 'IMG_0002.PNG', mimeType: 'image/png', buffer: qr });
      await button(w, 'Read the photo');
      await w.says('¥24.63');
      await w.page.goto('/handover');
      await w.page.getByLabel(w.t("The buyer's code")).fill(`${code.slice(0, 3)} ${code.slice(3)}`);
      await w.go(w.page.locator('main').getByRole('button', { name: w.t('Show'), exact: true }));
      await w.says('¥24.63');
      await w.shot('hand');
      await w.axe();
      await button(w, 'Handed over, {price} received', w.page, { price: '¥24.63' });
      await w.says(w.t('Handed over to {name}.', { name: '李波 Bo Li' }));
      await w.shot('handed');
      await button(w, 'Undo');
      await w.says(w.t('Take in cash'));
      await button(w, 'Handed over, {price} received', w.page, { price: '¥24.63' });
      await w.says(w.t('Next buyer'));
      await buyer.goto(orderPage);
      await w.says(w.t('Collected and paid'), buyer);
      await w.shot('order-done', buyer);
      await button(w, 'Forget my name and phone', buyer);
      await w.says(w.t('Your name and phone number are erased.'), buyer);
    },
  },

  'a member fills a basket before signing in, orders, cancels and takes it back': {
    async walk(w) {
      await stockQuickly(w);
      const buyer = await w.device();
      await buyer.goto('/market');
      await w.go(buyer.getByRole('link', { name: '土鸡 Chicken' }).first());
      await w.says(w.t('About {price} each. The exact price is weighed when it is packed.', { price: '¥57.60' }), buyer);
      await w.shot('product-chicken', buyer);
      await intoBasket(w, buyer, w.t('It is in your basket.'));
      await w.signIn(ADMIN, PASSWORD, buyer);
      await buyer.goto('/cart');
      await w.says('土鸡 Chicken', buyer);
      await link(w, 'Go on to order', buyer);
      await w.says(w.t('Ordering as {name}.', { name: ADMIN }), buyer);
      await buyer.getByText('老磨坊 Old mill').first().click(); // stays
      await button(w, 'Order for {price}', buyer, { price: '¥57.60' });
      await w.says(w.t('Thank you! Your order is placed.'), buyer);
      await w.shot('order-member', buyer);
      await button(w, 'Cancel the order', buyer);
      await w.says(w.t('Order cancelled'), buyer);
      await w.shot('order-cancelled', buyer);
      await w.axe(buyer);
      await button(w, 'Undo', buyer);
      await w.says(w.t('Your order stands again.'), buyer);
      await buyer.goto('/orders');
      await w.says('土鸡 Chicken', buyer);
      await w.shot('orders', buyer);
      await w.axe(buyer);
    },
  },

  'a seller mends stock and price, and tells the story': {
    async walk(w) {
      await stockQuickly(w);
      await w.signIn(ADMIN, PASSWORD);
      await w.page.goto('/goods');
      const row = w.page.locator('.goods-edit > li', { hasText: '土鸡 Chicken' });
      await row.getByLabel(w.t('In stock')).fill('many');
      await w.go(row.getByRole('button', { name: w.t('Save') }));
      await w.says(w.t('Write the amount as a number, like 2 or 1.25; a measure that fits may follow, like 3 jin.'));
      await w.shot('goods-refused');
      await w.page.locator('.goods-edit > li', { hasText: '土鸡 Chicken' }).getByLabel(w.t('In stock')).fill('0');
      await w.go(w.page.locator('.goods-edit > li', { hasText: '土鸡 Chicken' }).getByRole('button', { name: w.t('Save') }));
      await w.says(w.t('Sold out'));
      await w.go(w.page.getByRole('link', { name: '土鸡蛋 Brown eggs' }).first());
      await w.says(w.t('As buyers see it'));
      await w.shot('good');
      await w.axe();
      await w.page.goto('/goods/story');
      await fill(w, { 'Name of the farm or workshop': '陈家农场 Chen farm', 'Village or valley': '上坪 Shangping', 'Who are we?': 'Three generations on one hill.' });
      await button(w, 'Save');
      await w.says('Three generations on one hill.');
      await w.shot('producer');
      await w.axe();
      await w.page.goto('/producers');
      await w.says('陈家农场 Chen farm');
      await w.shot('producers');
      await w.axe();
    },
  },
};
