// Sends every acknowledged order of a round once more with its key (eight at a time) and reads it by its id.
// node replay.mjs PORT TOKEN OFFER PICKUP FILE; prints "lost KEY" or "doubled KEY"; exit status 1 when there was any.
import { readFileSync } from "node:fs";
import http from "node:http";
const [port, token, offer, pickup, file] = process.argv.slice(2);
const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });
const ask = (method, path, headers, body) =>
  new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, method, path, agent, headers: { authorization: `Bearer ${token}`, ...headers } }, (reply) => {
      let text = "";
      reply.on("data", (chunk) => (text += chunk));
      reply.on("end", () => resolve({ status: reply.statusCode, text }));
    });
    request.on("error", reject);
    request.end(body);
  });
const orders = readFileSync(file, "utf8").trim().split("\n").filter(Boolean).map((line) => line.split(" "));
const body = JSON.stringify({ lines: [{ offer, steps: 1 }], pickup, payment: "at_pickup" });
let wrong = 0;
const seen = new Set();
const workers = Array.from({ length: 8 }, async () => {
  for (let order; (order = orders.pop()); ) {
    const [key, id] = order;
    const read = await ask("GET", `/api/v1/orders/${id}`, {});
    if (read.status !== 200) wrong++, console.log(`lost ${key} ${id}: ${read.status}`);
    const again = await ask("POST", "/api/v1/orders", { "idempotency-key": key, "content-type": "application/json" }, body);
    const other = again.status === 201 || again.status === 200 ? JSON.parse(again.text).id : `status ${again.status}`;
    if (other !== id) wrong++, console.log(`doubled ${key}: ${id} and ${other}`);
    if (seen.has(id)) wrong++, console.log(`doubled ${key}: ${id} was given to two keys`);
    seen.add(id);
  }
});
await Promise.all(workers);
agent.destroy();
process.exit(wrong ? 1 : 0);
