# The shop under load: list, JSON, search, orders; beside nginx and a raw SQLite loop in the same run. SECONDS_EACH=5
. tests/village
. bench/postgres
ulimit -n 8192 2>/dev/null
S=${SECONDS_EACH:-5}
make -s build/load build/bench/fill build/bench/raw_commits || exit 1
command -v nginx >/dev/null || { echo "nginx is needed beside us: apt-get install nginx-light"; exit 1; }
folder=$(mktemp -d "${BENCH_FOLDER:-/var/tmp}/millet-bench-XXXXXX") # a real disk, not tmpfs: commits must be durable
trap '[ -n "${server:-}" ] && kill -9 $server 2>/dev/null; [ -n "${nginx:-}" ] && kill $nginx 2>/dev/null; postgres_end; rm -rf "$folder"' EXIT
export MILLET_SEARCH_PER_MINUTE=1000000000

cpu_ms() { awk -v hz="$(getconf CLK_TCK)" '{print ($14 + $15) * 1000 / hz}' "/proc/$1/stat"; }
rate_of() { grep -o 'rate [0-9]*' <<<"$1" | cut -d' ' -f2; }
answers_of() { grep -E "^status ($2) " <<<"$1" | awk '{n += $3} END {print n + 0}'; }
# measure LABEL CLIENTS load-arguments...: prints rate, CPU of the server per request; sets rate, cpu
measure() {
  local label=$1 clients=$2 before after result; shift 2
  build/load --port "$port" --clients 4 --seconds 1 --prefix "warm$RANDOM" "$@" >/dev/null
  before=$(cpu_ms "$server")
  result=$(build/load --port "$port" --clients "$clients" --seconds "$S" --prefix "m$RANDOM$RANDOM" "$@")
  after=$(cpu_ms "$server") rate=$(rate_of "$result")
  local good all
  good=$(answers_of "$result" '200|201') all=$(answers_of "$result" '[0-9]+')
  cpu=$(awk -v a="$after" -v b="$before" -v n="$all" 'BEGIN {printf "%.4f", n ? (a - b) / n : 0}')
  printf '%-46s %8s /s  %8s CPU-ms  %s' "$label" "$rate" "$cpu" "$(grep -o 'p50.*ms, max' <<<"$result" | sed 's/, max//')"
  [ "$good" = "$all" ] && echo || echo "  (only $good of $all answered well)"
}

begin=$(date +%s%N)
village_make "$folder/v" || exit 1
org=$(curl -sf -H "Authorization: Bearer $token" "$site/api/v1/me" | grep -oE '"org":"[^"]*"' | head -1 | cut -d'"' -f4)
village_stop
for n in 1000 100000; do
  build/bench/fill "$folder/v" "$org" $((n == 1000 ? 1000 : 99000)) || exit 1
  village_serve || exit 1
  echo "$n products:"
  measure "  list of 20, a visitor (kept page)" 32 get /market
  declare "visitor_$n=$cpu" "visitor_rate_$n=$rate"
  measure "  list of 20, somebody signed in (goods kept)" 32 --token "$token" get /market
  declare "list_$n=$cpu"
  measure "  the same, compressed (gzip)" 32 --token "$token" --more 'Accept-Encoding: gzip' get /market
  measure "  JSON list of 20" 32 get '/api/v1/offers?limit=20'
  declare "json_$n=$cpu"
  measure "  search of a word" 32 --token "$token" get '/market?search=honey'
  measure "  search of two Chinese characters" 32 --token "$token" get '/market?search=%E9%B8%A1%E8%9B%8B'
  declare "search_$n=$cpu"
  if [ $n = 1000 ]; then
    curl -s --compressed -o "$folder/page" "$site/market" 2>/dev/null || curl -s -o "$folder/page" "$site/market"
    curl -s -o "$folder/page" "$site/market"
    cat >"$folder/nginx.conf" <<CONF
worker_processes 2; pid $folder/nginx.pid; error_log $folder/nginx.log; daemon off;
events { worker_connections 1024; }
http { access_log off; sendfile on; keepalive_requests 100000000; default_type text/html;
  server { listen 127.0.0.1:$((port + 1)); root $folder; } }
CONF
    chmod 755 "$folder"; chmod 644 "$folder/page"
    nginx -c "$folder/nginx.conf" 2>/dev/null & nginx=$!
    sleep 1
    result=$(build/load --port $((port + 1)) --clients 32 --seconds "$S" get /page)
    again=$(build/load --port "$port" --clients 32 --seconds "$S" get /market)
    result2=$(build/load --port $((port + 1)) --clients 32 --seconds "$S" get /page)
    again2=$(build/load --port "$port" --clients 32 --seconds "$S" get /market)
    kill $nginx; wait $nginx 2>/dev/null; nginx=
    awk -v a="$(rate_of "$again")" -v b="$(rate_of "$result")" -v c="$(rate_of "$again2")" -v d="$(rate_of "$result2")" -v bytes="$(stat -c %s "$folder/page")" \
      'BEGIN {printf "  the same %d bytes from nginx as a file: %d and %d /s; from us in turn %d and %d /s: %.0f %% (to reach 70 %%)\n", bytes, b, d, a, c, 100 * (a + c) / (b + d)}'
  fi
  village_stop
done
awk -v a="$list_1000" -v b="$list_100000" -v c="$json_1000" -v d="$json_100000" -v e="$search_1000" -v f="$search_100000" -v v="$visitor_1000" 'BEGIN {
  printf "list: %.4f CPU-ms for visitors, %.4f for somebody signed in (to reach 0.10); growth from 1,000 to 100,000: list %.2fx, JSON %.2fx, search %.2fx (to reach 1.5x)\n", v, a, b / a, d / c, f / e}'

echo "orders, durable (synchronous=FULL):"
raw=$(build/bench/raw_commits "$folder" "$S")
echo "  a plain SQLite loop commits $raw rows/s, one each"
village_serve; village_offer 900000000
for clients in 1 32 128; do
  measure "  $clients clients" $clients --token "$token" order "$offer" "$pickup"
  awk -v r="$rate" -v raw="$raw" 'BEGIN {printf "    %.2f times the plain loop\n", r / raw}'
done
echo "memory after that: $(ps -o rss= -p "$server" | awk '{printf "%.1f MB", $1 / 1024}')"
village_stop

if postgres_begin; then
  echo "orders on PostgreSQL with fsync (both servers and the clients share the processors):"
  village_make "$folder/vpg" "$url" && village_offer 900000000 || exit 1
  for clients in 1 32 128; do
    measure "  $clients clients" $clients --token "$token" order "$offer" "$pickup"
    peer=$(tps -c $clients)
    awk -v r="$rate" -v p="$peer" 'BEGIN {printf "    pgbench TPC-B with as many clients: %d/s; ours %.2f times that\n", p, r / p}'
  done
  village_stop; postgres_end; pg=
  village_db=
fi

rm -rf "$folder/v2"
village_make "$folder/v2" && sleep 2
echo "memory idle: $(ps -o rss= -p "$server" | awk '{printf "%.1f MB", $1 / 1024}') (to reach 20)"
village_stop
cat >"$folder/start.mjs" <<'NODE'
import { spawn } from "node:child_process";
import net from "node:net";
const [program, data, port] = process.argv.slice(2), times = [];
for (let i = 0; i < 11; i++) {
  const begin = process.hrtime.bigint();
  const child = spawn(program, ["serve", "--data", data, "--listen", `127.0.0.1:${port}`], { stdio: "ignore" });
  await new Promise((done) => { const dial = () => { const s = net.connect(port, "127.0.0.1", () => { s.write("GET /healthz HTTP/1.0\r\n\r\n"); s.once("data", () => { s.destroy(); done(); }); }); s.on("error", () => setTimeout(dial, 1)); }; dial(); });
  times.push(Number(process.hrtime.bigint() - begin) / 1e6);
  await new Promise((done) => { child.on("exit", done); child.kill(); });
}
times.sort((a, b) => a - b);
console.log(`start until the first answer: median ${times[5].toFixed(0)} ms, worst ${times[10].toFixed(0)} ms of 11 (to reach 50)`);
NODE
node "$folder/start.mjs" "$millet" "$folder/v2" "$port"
echo "binary: $(stat -c %s "$millet" | awk '{printf "%.1f MB", $1 / 1e6}') with symbols, $(strip -o "$folder/stripped" "$millet" && stat -c %s "$folder/stripped" | awk '{printf "%.1f MB", $1 / 1e6}') without"
