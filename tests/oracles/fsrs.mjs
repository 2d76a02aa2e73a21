// Random histories of reviews and what ts-fsrs says of them: node fsrs.mjs HISTORIES SEED long|short OUT_CSV OUT_EXPECTED
import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
const { fsrs, createEmptyCard, generatorParameters } = createRequire(new URL("../package.json", import.meta.url))("ts-fsrs");
const [histories, seed, kind, csv, expected] = process.argv.slice(2);
let state = Number(seed) >>> 0;
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const algorithm = fsrs(generatorParameters({ enable_fuzz: false, enable_short_term: kind === "short", request_retention: 0.9, maximum_interval: 36500 }));
const rows = [], answers = [], DAY = 86400000, start = Date.UTC(2026, 0, 1);
for (let card = 0; card < Number(histories); card++) {
  const reviews = 1 + Math.floor(random() * 12);
  let now = start, known = createEmptyCard(new Date(start)), memory = null, days = 0;
  for (let i = 0; i < reviews; i++) {
    // on the day, early, late, and sometimes far too late; with the short form also on the same day
    const pick = random();
    let gone = i === 0 ? 0 : pick < 0.4 ? Math.min(days, 36500) : pick < 0.6 ? Math.max(1, Math.floor(Math.min(days, 36500) * random())) : pick < 0.9 ? 1 + Math.floor(random() * 30) : 1 + Math.floor(random() * 400);
    if (kind === "short" && i > 0 && random() < 0.3) gone = 0;
    const rating = [1, 2, 3, 3, 3, 4][Math.floor(random() * 6)];
    rows.push(`${card},${gone},${rating}`);
    now += gone * DAY;
    if (kind === "short") {
      memory = algorithm.next_state(memory, gone, rating);
      answers.push(`${card},${memory.stability},${memory.difficulty},`);
      days = Math.min(36500, Math.max(1, Math.round(memory.stability)));
    } else {
      known = algorithm.next(known, new Date(now), rating).card;
      days = known.scheduled_days;
      answers.push(`${card},${known.stability},${known.difficulty},${days}`);
    }
  }
}
writeFileSync(csv, rows.join("\n") + "\n");
writeFileSync(expected, answers.join("\n") + "\n");
