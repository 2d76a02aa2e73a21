// Walks through learning: an editor writes, a reader follows, reads, comments and learns with no network, a moderator decides.
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const ADMIN = 'Chen Mei', PASSWORD = 'seven quiet ducks';

const press = (w, text, page = w.page, values = {}) => w.go(page.locator('main').getByRole('button', { name: w.t(text, values) }).first());

async function fill(w, values, page = w.page) {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(w.t(label)).first().fill(value);
}

async function write(w) {
  await w.signIn(ADMIN, PASSWORD);
  await w.page.goto('/editor/channels/new');
  await fill(w, { 'Name': '养鸡 Poultry', 'What is it about?': '怎样养好鸡 How hens thrive' });
  await w.shot('channel-new');
  await w.axe();
  await press(w, 'Save');
  await w.says('养鸡 Poultry');
  await w.shot('editor');
  await w.axe();
  await w.page.goto('/learn');
  await w.go(w.page.locator('.chips').getByRole('link', { name: '养鸡 Poultry' }));
  await w.go(w.page.locator('main').getByRole('link', { name: w.t('Write'), exact: true }));
  await fill(w, { 'Headline': '干净的水 Clean water', 'In short': '每天早上换 Every morning' });
  await w.page.locator('textarea[name=body]').fill('## 为什么 Why\n\n一只鸡每天喝半斤水。 A hen drinks a quarter of a litre a day.\n\n- 早上刷洗 Wash it in the morning\n- 放阴凉处 In the shade');
  await w.shot('write');
  await w.axe();
  await press(w, 'Save the draft');
  await w.says(w.t('Draft'));
  await press(w, 'Publish');
  await w.says(w.t('Published'));
  await w.shot('published');
  await w.axe();
  const channel = await w.page.evaluate(async () => (await (await fetch('/api/v1/channels')).json()).items[0]).catch(() => null);
  if (channel) return channel;
  const reply = await fetch(`${w.server.url}/api/v1/channels`);
  return (await reply.json()).items[0];
}

function course(w, channel) {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'course-')), 'course.md');
  fs.writeFileSync(file, 'title: 活土 Living soil\nabout: 学会堆肥 Make compost\ncertificate: yes\n\n# 认土 Know it\n## 土是活的 Soil lives\n土里都是活物。 It is full of life.\n\n# 堆肥 Compost\n## 一层干一层湿 Layers\n三份干一份湿。 Three brown, one green.\n## Task: 拍肥堆 Show your heap\n拍一张。 One photo.\n');
  const said = w.server.millet(['import', 'course', file, '--channel', channel.slug]);
  w.check(/kept 3, refused 0\s*$/.test(said), `import course said ${said}`);
}

async function light(w, address, most) {
  const bytes = await w.weight(address);
  w.check(bytes <= most, `${address} weighs ${bytes} bytes on the first visit`);
}

// Asked in the page: stylesheets and scripts of the kept pages are fetched beside them, in their own time.
async function haveWhatTheyNeed() {
  const cache = await caches.open('learn-kept');
  for (const key of await cache.keys())
    for (const [, address] of (await (await cache.match(key)).text()).matchAll(/(?:href|src)="(\/assets\/[^"]+)"/g))
      if (!(await caches.match(address))) return false;
  return true;
}

// The network goes, also for the service worker; then it comes back.
async function network(w, context, there) {
  await context.setOffline(!there);
}

// A quiz of three kinds in the channel that is followed; nothing of it runs by the clock.
async function makeQuiz(w, channel) {
  await w.page.goto('/quizzes/desk/new');
  await w.page.getByLabel(w.t('Title')).first().fill('水 Water quiz');
  await w.page.getByLabel(w.t('How it is played')).selectOption('practice');
  await w.page.locator('[name=channel]').fill(channel.slug);
  await press(w, 'Save and add questions');
  for (const gift of ['鸡喝什么？ {=水 ~油}', '一只母鸡每天喝多少升水？ {#0.25:0.01}', '配对 {=鸡 -> 蛋 =羊 -> 奶 =蜂 -> 蜜}', '哪些要每天换？ {~%50%水 ~%50%湿料 ~%-100%屋顶}']) {
    await w.page.getByLabel(w.t('Question and answers')).fill(gift);
    await press(w, 'Add');
  }
  await press(w, 'Publish');
  await w.says(w.t('It is published now.'));
}

async function answerOffline(w) {
  await w.page.goto('/quizzes');
  const [path] = await w.page.evaluate(async () => (await (await caches.open('learn-kept')).keys()).map((key) => new URL(key.url).pathname).filter((p) => p.startsWith('/quizzes/')));
  w.check(path, 'no quiz was kept');
  await w.page.goto(path);
  await w.says('水 Water quiz');
  await w.go(w.page.locator('main').getByRole('link', { name: w.t('Start') }));
  await w.page.locator('#sheet').waitFor();
  await w.says(w.t('Copy on this phone, updated'));
  await w.shot('offline-quiz');
  await w.axe();
  await w.page.locator('[data-type=single] input').first().check();
  await w.page.locator('[data-type=numeric] input').fill('0.25');
  await w.page.reload(); // what was chosen is still there
  w.check((await w.page.locator('[data-type=numeric] input').inputValue()) === '0.25', 'the answers of a closed tab were lost');
  for (const select of await w.page.locator('[data-type=matching] select').all()) await select.selectOption('1');
  await w.page.locator('[data-type=multiple] input').nth(1).check();
  await w.page.getByRole('button', { name: w.t('Hand in') }).click(); // stays
  await w.says(w.t('Handed in on this phone and waiting to send. The result stands here as soon as there is a network.'));
  await w.shot('offline-quiz-done');
  return new URL(w.page.url()).pathname;
}

async function quizArrived(w, attempt) {
  const id = attempt.split('/').pop();
  const got = await w.page.evaluate(async (one) => (await (await fetch(`/api/v1/attempts/${one}`)).json()), id);
  w.check(got.state === 'ended' && got.answered === 4, `the quiz arrived as ${got.state} with ${got.answered} answers`);
  w.check(got.questions.find((q) => q.type === 'numeric').response === '0.25', 'the number did not arrive');
  w.check(/^0:1,1:1,2:1$/.test(got.questions.find((q) => q.type === 'matching').response), 'the pairs did not arrive');
  await w.page.goto(attempt);
  await w.says(w.t('{right} of {asked} right', { right: String(got.questions.filter((q) => q.share === 10000000).length), asked: '4' }));
}

async function offline(w, item) {
  const context = w.page.context();
  await w.page.goto('/kept');
  await w.page.evaluate(() => navigator.serviceWorker.ready);
  await w.page.reload();
  await w.page.getByRole('button', { name: w.t('Update now') }).click(); // stays
  await w.page.locator('#kept-list li').nth(5).waitFor();
  await w.page.waitForFunction(() => /MB \//.test(document.getElementById('kept-size').textContent));
  await w.until(() => w.page.evaluate(haveWhatTheyNeed), 'the service worker did not keep what the kept pages need');
  await w.shot('kept');
  await w.axe();
  await network(w, context, false);
  await w.page.goto(item.path);
  await w.says('干净的水 Clean water');
  w.check(await w.page.evaluate(() => !!document.documentElement.dataset.keptAt), 'the page did not come from the copy on the phone');
  await w.says(w.t('Copy on this phone, updated'));
  await w.page.locator('#say').fill('没有网也写 Written in the field');
  await w.page.locator('form:has(#say) button').click(); // stays
  await w.says(w.t('Waiting to send:'));
  await w.shot('offline-comment');
  await w.page.goto('/courses/活土-living-soil');
  await w.says('土是活的 Soil lives');
  await w.page.locator('form[data-queue=tick] button').first().click(); // stays
  await w.says(`${w.t('Waiting to send:')} 2`);
  const attempt = await answerOffline(w);
  await w.page.goto('/kept');
  await w.says('Written in the field');
  await w.says('水 Water quiz');
  await w.shot('waiting');
  await w.page.close({ runBeforeUnload: false });
  await network(w, context, true);
  w.page = await context.newPage();
  await w.page.goto('/learn');
  await w.says(w.t('Sent.'));
  const comments = await w.page.evaluate(async (id) => (await (await fetch(`/api/v1/comments?subject=${id}`)).json()).items, item.id);
  w.check(comments.filter((c) => /Written in the field/.test(c.body)).length === 1, `the comment is there ${comments.length} times`);
  await quizArrived(w, attempt);
  await w.page.goto('/courses/活土-living-soil');
  await w.says(w.t('{done} of {steps} steps done', { done: '1', steps: '3' }));
  await w.page.goto('/kept');
  w.check((await w.page.locator('#queue li').count()) === 0, 'something still waits');
}

module.exports = {
  'an editor writes, a reader learns with no network, a moderator decides': {
    async walk(w) {
      const channel = await write(w);
      course(w, channel);
      const items = (await (await fetch(`${w.server.url}/api/v1/items?search=water`)).json()).items;
      const item = items[0];
      await w.page.goto(`/learn/${channel.slug}`);
      await press(w, 'Subscribe');
      await w.says(w.t('You follow this channel now.'));
      await w.shot('channel');
      await w.axe();
      await w.page.goto('/courses/活土-living-soil');
      await w.shot('course');
      await w.axe();
      const guest = await w.device();
      await guest.goto(item.path);
      await w.says('A hen drinks a quarter of a litre a day.', guest);
      await w.says(w.t('Sign in to comment'), guest);
      await w.shot('piece', guest);
      await w.axe(guest);
      await guest.goto('/learn');
      await w.shot('learn', guest);
      await w.axe(guest);
      if (w.js) {
        await light(w, item.path, 60 * 1024);
        await light(w, '/learn', 60 * 1024);
        // takes part in the course, so that the phone keeps it
        await w.page.goto('/courses/活土-living-soil');
        await w.go(w.page.locator('form[data-queue=tick] button').first());
        await w.says(w.t('{done} of {steps} steps done', { done: '1', steps: '3' }));
        await w.go(w.page.locator('form[data-queue=tick] button').first());
        await w.says(w.t('{done} of {steps} steps done', { done: '0', steps: '3' }));
        await makeQuiz(w, channel);
        await offline(w, item);
        w.complaints = w.complaints.filter((words) => !words.includes('ERR_INTERNET_DISCONNECTED')); // the walk cut the network itself
      } else {
        await w.page.goto(item.path);
        await w.page.locator('#say').fill('Written in the field');
        await w.go(w.page.locator('form:has(#say) button'));
        await w.says('Written in the field');
        await w.page.goto('/courses/活土-living-soil');
        await press(w, 'Done');
        await w.says(w.t('{done} of {steps} steps done', { done: '1', steps: '3' }));
      }
      await w.page.goto(item.path);
      await w.go(w.page.getByRole('link', { name: w.t('Take away') }).or(w.page.getByRole('button', { name: w.t('Take back') })).first());
      await w.page.goto('/moderation');
      await w.shot('moderation');
      await w.axe();
      await w.page.goto('/talk');
      await w.shot('talk');
      await w.axe();
      await w.page.goto('/points');
      await w.shot('points');
      await w.axe();
      await w.page.goto('/coach');
      await w.shot('coach');
      await w.axe();
    },
  },
};
