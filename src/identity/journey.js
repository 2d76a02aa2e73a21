// Walks of people: the first start, signing in, inviting, joining, losing a password, signing out everywhere.
const FIRST = 'Chen Mei', PASSWORD = 'seven quiet ducks';

async function button(w, text, page = w.page) {
  await w.go(page.locator('main').getByRole('button', { name: w.t(text), exact: true }));
}

async function fill(w, values, page = w.page) {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(w.t(label)).first().fill(value);
}

// What is left of the way in for staff after a while: the password once more.
async function confirmIfAsked(w, page = w.page) {
  if (!page.url().includes('/confirm')) return;
  await fill(w, { 'Your password': PASSWORD }, page);
  await button(w, 'Go on', page);
}

// The first two walks are walked in all four ways; the others in two that have everything once.
const SMALL = [{ size: 'phone', js: true, lang: 'zh' }, { size: 'desktop', js: false, lang: 'en' }];
const LARGE = [{ size: 'phone', js: false, lang: 'en' }, { size: 'desktop', js: true, lang: 'zh' }];

module.exports = {
  'the first start makes a co-operative and its administrator': {
    fresh: true,
    async walk(w) {
      await w.page.goto('/start');
      await w.axe();
      await fill(w, { 'Name of the co-operative': '和平村 Co-op', 'Village or town': 'Heping', 'Your name': '陈梅 Chen', 'Phone': '138 1234 5678' });
      await w.page.getByLabel(w.t('Currency')).selectOption('CNY');
      await w.page.getByLabel(w.t('Time zone')).selectOption('Asia/Shanghai');
      await w.page.getByLabel(w.t('Password')).fill('password');
      await w.shot('start');
      await button(w, 'Set up');
      // A password that everybody tries is refused, and what was typed is still there.
      await w.says(w.t('Too many people use this password, or it is a date or a run of keys. Please think of another.'));
      w.check((await w.page.getByLabel(w.t('Village or town')).inputValue()) === 'Heping', 'the form came back empty');
      await w.shot('start-refused');
      await w.axe();
      await w.page.getByLabel(w.t('Password')).fill(PASSWORD);
      await button(w, 'Set up');
      await w.page.waitForURL('**/today');
      await w.says(w.t('Your co-operative is set up. Welcome!'));
      await w.shot('today-first');
      await w.axe();
      await w.page.goto('/start');
      await w.says(w.t('The co-operative is set up already. Please sign in.'));
    },
  },

  'a stranger asks to join, is let in, and gets a role': {
    async walk(w) {
      const guest = await w.device();
      await guest.goto('/join');
      await w.axe(guest);
      await fill(w, { 'Your name': '李华', 'Phone': '+86 139 0000 1111', 'Who are you? (optional)': 'House 12, next to the mill', 'Password': 'three hens and a dog' }, guest);
      await w.shot('join', guest);
      await button(w, 'Ask to join', guest);
      await w.says(w.t('Your request is with the co-operative.'), guest);
      await w.shot('waiting', guest);

      await w.signIn(FIRST, PASSWORD);
      await w.page.goto('/today');
      await w.shot('today');
      await w.axe();
      await w.page.goto('/people');
      await w.says('House 12');
      await w.shot('people');
      await w.axe();
      await button(w, 'Let in');
      await w.says(w.t('Approved: a member now.'));
      await w.page.getByText(w.t('Give a role')).first().click(); // stays
      await w.page.getByLabel(w.t('Role')).selectOption('seller');
      await button(w, 'Give the role');
      await w.says(w.t('The role is given.'));
      await w.shot('person');
      await w.axe();
      await w.page.goto('/people?search=' + encodeURIComponent('李'));
      await w.says('李华');
      await guest.goto('/me');
      await w.says(w.t('Seller'), guest);
      await w.shot('me', guest);
      await w.axe(guest);
    },
  },

  'an invitation lets somebody join at once': {
    runs: SMALL,
    async walk(w) {
      await w.signIn(FIRST, PASSWORD);
      await w.page.goto('/invitations');
      await w.shot('invitations');
      await w.axe();
      await w.page.getByLabel(w.t('Role')).selectOption('packer');
      await button(w, 'Make an invitation');
      const link = await w.page.locator('code.token').innerText();
      await w.shot('invitation');
      await w.axe();
      const guest = await w.device();
      await guest.goto(link);
      await w.shot('invited', guest);
      await w.axe(guest);
      await fill(w, { 'Your name': 'Wang Fang', 'Password': 'three hens and a dog' }, guest);
      await button(w, 'Join', guest);
      await w.says(w.t('Packer'), guest);
      const late = await w.device();
      await late.goto(link); // it was for one person
      await w.says(w.t('This invitation is over: it was used, taken back, or its days have passed. Ask for a new one.'), late);
    },
  },

  'a slip from the office signs in somebody without e-mail': {
    runs: LARGE,
    async walk(w) {
      await w.signIn(FIRST, PASSWORD);
      await w.page.goto('/people/new');
      await w.axe();
      await fill(w, { 'Name': 'Grandma Zhao', 'Phone': '139 2222 3333' });
      await w.shot('person-new');
      await button(w, 'Add');
      await button(w, 'Make a sign-in slip');
      const digits = await w.page.locator('.code').innerText();
      await w.shot('slip');
      await w.axe();
      const phone = await w.device();
      await phone.goto('/sign-in');
      await w.shot('sign-in', phone);
      await w.axe(phone);
      await phone.goto('/sign-in/slip');
      await fill(w, { 'Name, phone or e-mail': '13922223333', 'The twelve digits of your slip': digits }, phone);
      await w.shot('slip-digits', phone);
      await w.axe(phone);
      await button(w, 'Sign in', phone);
      await fill(w, { 'New password': 'rice noodles for lunch' }, phone);
      await w.shot('password-first', phone);
      await button(w, 'Set password', phone);
      const other = await w.device();
      await w.signIn('grandma zhao', 'rice noodles for lunch', other);
      await other.goto('/me');
      await w.says('Grandma Zhao', other);
    },
  },

  'a lost password: a printed code gets in, and everything else is signed out': {
    runs: SMALL,
    async walk(w) {
      await w.signIn(FIRST, PASSWORD);
      await w.page.goto('/me/codes');
      await button(w, 'Make ten codes');
      const codes = await w.page.locator('.codes code').allInnerTexts();
      w.check(codes.length === 10, `${codes.length} codes`);
      await w.shot('codes');
      await w.axe();
      const other = await w.device();
      await w.signIn(FIRST, 'not my password', other);
      await w.says(w.t('This name and password do not go together.'), other);
      await w.shot('sign-in-wrong', other);
      await w.axe(other);
      await other.goto('/sign-in/code');
      await fill(w, { 'Name, phone or e-mail': FIRST, 'One recovery code from your sheet': codes[3].toUpperCase() }, other);
      await w.shot('code', other);
      await button(w, 'Sign in', other);
      await fill(w, { 'New password': 'a brand new barn door' }, other);
      await button(w, 'Set password', other);
      await w.says(w.t('Your new password is set. Other devices are signed out.'), other);
      await w.page.goto('/me');
      w.check(w.page.url().includes('/sign-in'), 'the old device is still signed in');
    },
  },

  'signing out one device and all others': {
    runs: LARGE,
    async walk(w) {
      await w.signIn(FIRST, PASSWORD);
      const others = [await w.device(), await w.device()];
      for (const page of others) await w.signIn(FIRST, PASSWORD, page);
      await w.page.goto('/me/devices');
      await w.shot('devices');
      await w.axe();
      await w.go(w.page.locator('main').getByRole('button', { name: w.t('Sign out'), exact: true }).first());
      await w.says(w.t('That device is signed out.'));
      await button(w, 'Sign out everywhere else');
      await w.says(w.t('All other devices are signed out.'));
      for (const page of others) {
        await page.goto('/me');
        w.check(page.url().includes('/sign-in'), 'another device is still signed in');
      }
      await w.page.goto('/me');
      w.check(w.page.url().endsWith('/me'), 'this device was signed out too');
    },
  },

  'a household, a farm with its story, a token, and leaving': {
    runs: SMALL,
    async walk(w) {
      await w.signIn(FIRST, PASSWORD);
      await w.page.goto('/me/household');
      await fill(w, { 'Name of the household': 'Family Chen' });
      await button(w, 'Make a household');
      await button(w, 'Invite somebody who lives here');
      await w.shot('household');
      await w.axe();
      await w.page.goto('/orgs/new');
      await w.axe();
      await fill(w, { 'Name': 'Hill Farm', 'Village or street': 'Upper Heping', 'Story': 'We grow **red millet** and keep forty hens.' });
      await w.shot('org-new');
      await button(w, 'Add');
      await w.says('red millet');
      await w.shot('org');
      await w.axe();
      await w.page.goto('/orgs');
      await w.shot('orgs');
      await w.axe();
      await w.page.goto('/village');
      await w.shot('village');
      await w.axe();
      await w.page.goto('/me/profile');
      await w.shot('profile');
      await w.axe();
      await w.page.goto('/me/password');
      await w.shot('password');
      await w.axe();
      await w.page.goto('/me/tokens');
      await fill(w, { 'What is it for?': 'Price list in a spreadsheet' });
      await w.page.getByText(w.t('Read what you may read')).click(); // stays
      await button(w, 'Make a token');
      await confirmIfAsked(w);
      await w.says('mlt_');
      await w.shot('tokens');
      await w.axe();
      await w.page.goto('/me/data');
      await w.shot('data');
      await w.axe();
      await w.page.goto('/confirm');
      await w.shot('confirm');
      await w.axe();
    },
  },
};
