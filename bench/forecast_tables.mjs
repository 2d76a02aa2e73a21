// Turns the public forecasting sets (DATA/forecast) into the tables `millet solve forecast` reads: node forecast_tables.mjs DATA OUT
import { execFileSync } from "node:child_process";
import { writeFileSync, mkdirSync } from "node:fs";
const [data, out] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const read = (file) =>
  execFileSync(file.endsWith("xz") ? "xz" : "gzip", ["-dc", `${data}/forecast/${file}`], { maxBuffer: 1 << 30 }).toString().trim().split("\n").slice(1);
const table = (name, rows) => writeFileSync(`${out}/${name}.csv`, "unique_id,ds,y\n" + rows.join("\n") + "\n");
const groups = {};
for (const line of read("m3.csv.gz")) {
  const [id, period, , , , train, test] = line.split(",");
  const group = (groups[period] ??= { train: [], test: [] });
  const known = train.split(" ");
  known.forEach((y, i) => group.train.push(`${id},${i + 1},${y}`));
  test.split(" ").forEach((y, i) => group.test.push(`${id},${known.length + i + 1},${y}`));
}
for (const [period, group] of Object.entries(groups)) {
  table(`m3-${period.toLowerCase()}-train`, group.train);
  table(`m3-${period.toLowerCase()}-test`, group.test);
}
const weekly = {};
for (const part of ["train", "test"]) {
  const rows = [];
  for (const line of read(`m4-weekly-${part}.csv.xz`)) {
    const [id, ...values] = line.split(",").map((field) => field.replaceAll('"', "")).filter((field) => field !== "" && field !== "NA");
    weekly[id] ??= 0;
    values.forEach((y, i) => rows.push(`${id},${weekly[id] + i + 1},${y}`));
    weekly[id] += values.length;
  }
  table(`m4-weekly-${part}`, rows);
}
// Car parts: all of them; months before the first known value and single gaps are left out. The last six months are the test.
const parts = { train: [], test: [] };
for (const line of read("carparts.csv.gz")) {
  const [id, ...values] = line.replaceAll('"', "").split(",");
  values.forEach((y, i) => y !== "NA" && y !== "" && parts[i < values.length - 6 ? "train" : "test"].push(`${id},${i + 1},${y}`));
}
table("carparts-train", parts.train);
table("carparts-test", parts.test);
// Walk-forward: seven times eight weeks, the last one first, each forecast from all weeks before it.
const STEPS = 7, AHEAD = 8;
const byId = {};
for (const line of read("avocado.csv.xz")) {
  const f = line.split(",");
  const [m, d, y] = f[1].split("/").map(Number);
  const date = new Date(Date.UTC(2000 + (y % 100), m - 1, d)).toISOString().slice(0, 10);
  (byId[`${f[13].trim()}-${f[11]}`] ??= new Map()).set(date, [f[3], f[2]]);
}
const naive = ["unique_id,ds,forecast"]; // as in the same week of the year before
const yearBefore = (date) => new Date(Date.parse(date) - 364 * 86400e3).toISOString().slice(0, 10);
for (let step = 0; step < STEPS; step++) {
  const avocado = { train: [], test: [] };
  for (const [id, days] of Object.entries(byId)) {
    const dates = [...days.keys()].sort(), end = dates.length - AHEAD * step;
    dates.slice(0, end).forEach((date, i) => avocado[i < end - AHEAD ? "train" : "test"].push(`${id}.${step},${date},${days.get(date)[0]},${days.get(date)[1]}`));
  }
  for (const [id, days] of Object.entries(byId)) {
    const dates = [...days.keys()].sort(), end = dates.length - AHEAD * step;
    for (const date of dates.slice(end - AHEAD, end)) naive.push(`${id}.${step},${date},${(days.get(yearBefore(date)) ?? days.get(dates[end - AHEAD - 1]))[0]}`);
  }
  for (const part of ["train", "test"]) writeFileSync(`${out}/avocado-${step}-${part}.csv`, "unique_id,ds,y,price\n" + avocado[part].join("\n") + "\n");
}
writeFileSync(`${out}/avocado-naive.csv`, naive.join("\n") + "\n");
