// Walks through quizzes: an author writes one and brings a file, a learner takes it and an exam, and looks at what is remembered.
const ADMIN = 'Chen Mei', PASSWORD = 'seven quiet ducks';

async function button(w, text, page = w.page) {
  await w.go(page.locator('main').getByRole('button', { name: w.t(text), exact: true }).first());
}

async function fill(w, values, page = w.page) {
  for (const [label, value] of Object.entries(values)) await page.getByLabel(w.t(label)).first().fill(value);
}

async function makeQuiz(w, title, mode) {
  await w.page.goto('/quizzes/desk/new');
  await fill(w, { 'Title': title });
  await w.page.getByLabel(w.t('How it is played')).selectOption(mode);
  if (mode === 'exam') await w.page.getByLabel(w.t('When right answers are shown')).selectOption('after');
  await w.axe();
  await w.shot(`desk-new-${mode}`);
  await button(w, 'Save and add questions');
}

async function addQuestion(w, gift) {
  await w.page.getByLabel(w.t('Question and answers')).fill(gift);
  await button(w, 'Add');
}

async function write(w) {
  await w.page.goto('/quizzes/desk');
  await w.axe();
  await makeQuiz(w, '养鸡 Hens', 'practice');
  await w.page.getByLabel(w.t('Question and answers')).fill('母鸡喝什么？ {=水');
  await button(w, 'Add');
  await w.says(w.t('A curly brace is missing or too many. One that is meant as a sign needs a backslash before it.'));
  await addQuestion(w, '母鸡喝什么？ {=水 ~油}');
  await addQuestion(w, '母鸡每天要换水。 {T}');
  await w.page.getByLabel(w.t('GIFT, Aiken, Moodle XML or QTI 3')).setInputFiles({
    name: 'bank.txt', mimeType: 'text/plain', buffer: Buffer.from('鸡蛋几天出壳？\nA. 7\nB. 21\nANSWER: B\n\n坏题？\nA. x\nANSWER: C\n') });
  await button(w, 'Take over');
  await w.says(w.t('{kept} kept, {refused} refused', { kept: 1, refused: 1 }));
  await w.shot('desk-report');
  await w.go(w.page.locator('main').getByRole('link', { name: w.t('To the quiz') }));
  await w.axe();
  await w.shot('desk');
  await button(w, 'Publish');
  await w.says(w.t('It is published now.'));
  await makeQuiz(w, '考试 Exam', 'exam');
  await addQuestion(w, '堆肥缺空气会臭。 {T}');
  await addQuestion(w, '哪样可以进堆肥？ {=秸秆 ~玻璃}');
  await button(w, 'Publish');
}

async function take(w) {
  await w.page.goto('/quizzes');
  await w.axe();
  await w.shot('list');
  await w.go(w.page.locator('main').getByRole('link', { name: '养鸡 Hens' }).first());
  await w.says(w.t('Only you.'));
  await w.axe();
  await w.shot('intro');
  await button(w, 'Start');
  for (let i = 0; i < 3; i++) {
    await w.page.locator('main input[type=radio]').first().check();
    if (i === 1) await w.axe();
    if (i === 1) await w.shot('question');
    await button(w, 'Submit answer');
  }
  await button(w, 'See the result');
  await w.axe();
  await w.shot('result');
}

async function exam(w) {
  await w.page.goto('/quizzes');
  await w.go(w.page.locator('main').getByRole('link', { name: '考试 Exam' }).first());
  await button(w, 'Start');
  await w.page.locator('main input[type=radio]').first().check();
  await w.axe();
  await w.shot('exam');
  await button(w, 'Hand in');
  await w.shot('exam-result');
  await w.page.goto('/memory');
  await w.axe();
}

module.exports = {
  'an author writes a quiz and brings a file; a learner practises and takes the exam': {
    async walk(w) {
      await w.signIn(ADMIN, PASSWORD);
      await write(w);
      await take(w);
      await exam(w);
    },
  },
};
