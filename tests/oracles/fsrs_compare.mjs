// node fsrs_compare.mjs OURS EXPECTED: stability and difficulty within a relative 1e-6, days equal; exit 1 when not.
import { readFileSync } from "node:fs";
const [ours, theirs] = process.argv.slice(2).map((file) => readFileSync(file, "utf8").trim().split("\n"));
ours.shift();
let worst = 0, wrong = ours.length === theirs.length ? 0 : 1, days = 0;
theirs.forEach((line, i) => {
  const a = line.split(","), b = (ours[i] ?? "").split(",");
  for (const k of [1, 2]) worst = Math.max(worst, Math.abs(a[k] - b[k]) / Math.abs(a[k]) || (b[k] === undefined ? 1 : 0));
  if (a[3] && a[3] !== b[3]) days++, days < 5 && console.log(`# ${line} but ours ${ours[i]}`);
});
console.log(`# ${theirs.length} reviews, worst relative difference ${worst.toExponential(2)}, ${days} with other days`);
process.exit(wrong || worst > 1e-6 || days ? 1 : 0);
