// The demo village's pages of learning as a guest, a learner and those who write, coach and moderate see them: how much they weigh, how
// they look, what a screen reader finds.
const PASSWORD = 'millet-demo';

const here = async (w, page, path, name) => {
  await page.goto(path);
  await w.shot(name, page);
  await w.axe(page);
};

// The limits, of a first visit with everything that it loads.
async function light(w, address, most) {
  const bytes = await w.weight(address);
  w.check(bytes <= most * 1024, `${address} weighs ${bytes} bytes on the first visit`);
}

const first = (page, start) => page.locator(`main a[href^="${start}"]`).first().getAttribute('href');

async function guest(w) {
  const page = await w.device();
  await here(w, page, '/learn/soil', 'demo-channel');
  const piece = await page.locator('main .pieces a[href^="/learn/soil/"]').first().getAttribute('href');
  await here(w, page, piece, 'demo-piece');
  await here(w, page, '/courses', 'demo-courses');
  await here(w, page, '/courses/living-soil', 'demo-course');
  await here(w, page, '/quizzes', 'demo-quizzes');
  const quiz = await page.locator('main a[href^="/quizzes/0"]').first().getAttribute('href');
  await here(w, page, quiz, 'demo-quiz');
  await here(w, page, '/moderation', 'demo-moderation');
  await here(w, page, '/certificates', 'demo-certificates');
  if (!w.js) return;
  for (const path of ['/learn', '/learn/soil', '/quizzes', '/courses']) await light(w, path, 30);
  for (const path of [piece, '/courses/living-soil', quiz]) await light(w, path, 60);
}

// The page itself, as it goes over the wire: what a second visit costs, and what the lists may weigh.
async function page_bytes(w, page, most) {
  const bytes = await page.evaluate(() => performance.getEntriesByType('navigation')[0].transferSize);
  w.check(bytes <= most * 1024, `${page.url()} alone weighs ${bytes} bytes`);
}

async function learner(w) {
  const page = w.page;
  await w.signIn(w.lang === 'zh' ? 'xiaoyu' : 'anna', PASSWORD);
  await here(w, page, '/courses/living-soil', 'demo-my-course');
  const task = await page.locator('main a[href^="/courses/living-soil/"]').first().getAttribute('href');
  await here(w, page, task, 'demo-step');
  await here(w, page, '/points', 'demo-points');
  await here(w, page, '/memory', 'demo-memory');
  await page.goto('/quizzes');
  await w.go(page.locator('main a[href^="/quizzes/0"]').first());
  await w.go(page.locator('main').getByRole('button', { name: w.t('Start'), exact: true }).or(page.locator('main').getByRole('button', { name: w.t('Go on'), exact: true })).first());
  await w.shot('demo-question');
  if (w.js) await page_bytes(w, page, 60);
}

async function staff(w) {
  const page = await w.device();
  await w.signIn('suwen', PASSWORD, page); // speaks English
  for (const [path, name] of [['/editor', 'editor'], ['/editor/channels/soil', 'channel-edit'], ['/editor/channels/soil/feed', 'feed'], ['/editor/courses/living-soil', 'course-edit'],
    ['/coach', 'coach'], ['/talk', 'talk'], ['/quizzes/desk', 'desk-list']])
    await here(w, page, path, `demo-${name}`);
  const desk = await first(page, '/quizzes/desk/0');
  await here(w, page, desk, 'demo-desk');
  await here(w, page, `${desk}/files`, 'demo-files');
  await here(w, page, `${desk}/words?position=0&lang=zh-CN`, 'demo-words');
}

module.exports = {
  'the demo village\'s pages of learning are light and can be read by everybody': {
    demo: true,
    async walk(w) {
      await guest(w);
      await learner(w);
      if (w.lang === 'en') await staff(w);
    },
  },
};
