// Compares our reading of bank.gift (node gift.mjs MILLET) with npm gift-pegjs: names, kinds, choices, weights, numbers, pairs.
import { createRequire } from "node:module";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
const { parse } = createRequire(new URL("../package.json", import.meta.url))("gift-pegjs");
const file = new URL("bank.gift", import.meta.url).pathname;
const theirs = parse(readFileSync(file, "utf8")).filter((q) => q.type !== "Category");
const ours = execFileSync(process.argv[2], ["quiz", "check", "--json", file], { encoding: "utf8" }).trim().split("\n").map((line) => JSON.parse(line));
const kinds = { MC: ["single", "multiple", "cloze"], TF: ["truefalse"], Short: ["short"], Numerical: ["numeric"], Matching: ["matching"], Essay: ["open"] };
const text = (t) => (t?.text ?? t ?? "").toString().replace(/\\([=~#{}:])/g, "$1").trim();
let wrong = 0;
const check = (what, a, b) => JSON.stringify(a) === JSON.stringify(b) || (wrong++, console.log(`# ${what}: theirs ${JSON.stringify(a)}, ours ${JSON.stringify(b)}`));
check("questions", theirs.length, ours.length);
theirs.forEach((q, i) => {
  const own = ours[i], options = own.gaps.length ? own.gaps[0].options : own.options, name = `${i + 1}`;
  check(`${name} name`, text(q.title), own.name);
  check(`${name} kind ${q.type}`, true, kinds[q.type].includes(own.type));
  if (q.type === "MC" || q.type === "Short")
    q.choices.forEach((c, k) => {
      check(`${name} choice`, text(c.text), options[k].text);
      check(`${name} weight`, c.weight !== null && c.weight !== undefined ? Number(c.weight) * 100000 : c.isCorrect ? 10000000 : 0, options[k].share);
      check(`${name} feedback`, c.feedback ? text(c.feedback) : "", options[k].feedback);
    });
  if (q.type === "TF") check(`${name} truth`, q.isTrue, own.options[0].share === 10000000);
  if (q.type === "Matching") check(`${name} pairs`, q.matchPairs.map((p) => [text(p.subquestion), p.subanswer]), own.options.map((o) => [o.text, o.match]));
  if (q.type === "Numerical") {
    const c = q.choices.length ? q.choices[0].text : q.choices;
    const [value, tolerance] = c.type === "range" ? [c.number, c.range ?? 0] : c.type === "high-low" ? [(c.numberHigh + c.numberLow) / 2, (c.numberHigh - c.numberLow) / 2] : [c.number, 0];
    check(`${name} number`, [value, tolerance], [own.options[0].value, own.options[0].tolerance]);
  }
});
console.log(`# ${theirs.length} questions, ${wrong} differences`);
process.exit(wrong ? 1 : 0);
