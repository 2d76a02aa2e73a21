#!/usr/bin/env bash
# The ledger: transfers a second on one hot account and on 10,000 cold ones at 1, 32, 64 clients, in bulk, over HTTP; the trial
# balance; verify. Beside the disk's own time, a plain SQLite loop, pgbench (TPC-B) and the usual PostgreSQL row-lock ledger, and
# hledger and Ledger on the exported book. Rounds are interleaved, medians are shown. All of it durable: synchronous=FULL, and
# PostgreSQL with fsync on.
#   BENCH_SECONDS=5 BENCH_ROUNDS=5 BENCH_BULK=1000000 BENCH_LARGE=10000000 bench/run ledger
cd "$(dirname "$0")/.." || exit 1
make -s build build/bench/ledger build/bench/ledger_floor build/load || exit 1
S=${BENCH_SECONDS:-5} R=${BENCH_ROUNDS:-5} BULK=${BENCH_BULK:-1000000} LARGE=${BENCH_LARGE:-0}
folder=$(mktemp -d "${BENCH_FOLDER:-/var/tmp}/millet-bench-XXXXXX") # a real disk
trap '[ -n "${server:-}" ] && kill -9 $server 2>/dev/null; postgres_end; rm -rf "$folder"' EXIT
. bench/postgres
median() { sort -g | awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
row() { printf '%-58s %10s   %s\n' "$1" "$2" "${3:-}"; }

if postgres_begin; then
  has_pg=1
  sql -d peer -c 'CREATE TABLE pay_account (id int PRIMARY KEY, dr bigint DEFAULT 0, cr bigint DEFAULT 0)' \
    -c 'INSERT INTO pay_account SELECT generate_series(1, 20000)' -c 'CREATE TABLE pay (id uuid PRIMARY KEY, debit int, credit int, amount bigint, at timestamptz DEFAULT now())'
  cp bench/pg_ledger.sql "$pg/"
fi
for round in $(seq "$R"); do
  build/bench/ledger_floor "$folder" 0 0 >>"$folder/sync_us"
  build/bench/ledger "$folder/alone$round" alone "$S" >>"$folder/alone"
  for b in 1 32 64 8190; do build/bench/ledger_floor "$folder" $b "$S" >>"$folder/floor_$b"; rm -f "$folder"/floor.db*; done
  for c in 1 32 64; do for what in hot cold; do build/bench/ledger "$folder/$what" $what $c "$S" >>"$folder/sqlite_${what}_$c"; done; done
  if [ -n "${has_pg:-}" ]; then
    for c in 1 32 64; do for what in hot cold; do build/bench/ledger "$url" $what $c "$S" >>"$folder/pg_${what}_$c"; done
      tps -c $c >>"$folder/tpcb_$c"; tps -c $c -f "$pg/pg_ledger.sql" -D hot=1 >>"$folder/rows_hot_$c"; tps -c $c -f "$pg/pg_ledger.sql" -D hot=0 >>"$folder/rows_cold_$c"; done
  fi
done
sync=$(median <"$folder/sync_us")
row "one fdatasync of 8 KiB on this disk" "$sync us"
row "one payment alone, in process, beside a sync of the same bytes" "$(awk '{print $5}' "$folder/alone" | median) x" "$(sort -g -k5 "$folder/alone" | sed -n "$(((R + 1) / 2))p")"
for c in 1 32 64; do for what in hot cold; do
  line=$(sort -g "$folder/sqlite_${what}_$c" | sed -n "$(((R + 1) / 2))p") # rate cpu p99 MiB p50 ms
  floor=$(median <"$folder/floor_$c")
  row "SQLite, $what, $c clients" "${line%% *} /s" "$(awk -v f="$floor" '{printf "%.1f CPU ms per 1,000, p99 %s ms, p50 %s ms, %s MiB; plain loop of %s a commit %d/s", $2, $3, $6, $4, "'$c'", f}' <<<"$line")"
done; done
if [ -n "${has_pg:-}" ]; then for c in 1 32 64; do for what in hot cold; do
  line=$(sort -g "$folder/pg_${what}_$c" | sed -n "$(((R + 1) / 2))p")
  row "PostgreSQL, $what, $c clients" "${line%% *} /s" "row locks $(median <"$folder/rows_${what}_$c")/s, pgbench TPC-B $(median <"$folder/tpcb_$c")/s"
done; done; fi

for round in $(seq "$R"); do
  build/bench/ledger "$folder/bulk$round" bulk "$BULK" 8190 >>"$folder/bulk"; rm -rf "$folder/bulk$round"
  build/bench/ledger "$folder/random$round" random "$((BULK / 5))" 8190 >>"$folder/random"; rm -rf "$folder/random$round"
done
row "bulk of 8,190, first $BULK, ids in order of time" "$(median <"$folder/bulk") /s" "plain loop of 8,190 a commit $(median <"$folder/floor_8190")/s"
row "bulk of 8,190, first $((BULK / 5)), random ids" "$(median <"$folder/random") /s"

# ---- reading ----
build/bench/ledger "$folder/year" fill 100000 >/dev/null
row "trial balance of a day, 100,000 transfers, 1,000 accounts" "$(build/bench/ledger "$folder/year" trial | cut -d' ' -f1) ms"
build/bench/ledger "$folder/many" fill 1000000 10000 >/dev/null
row "trial balance of a day, 1,000,000 transfers, 10,000 accounts" "$(build/bench/ledger "$folder/many" trial | cut -d' ' -f1) ms"
row "verify, 100,000 transfers" "$(build/bench/ledger "$folder/year" verify | cut -d' ' -f1) /s"
for program in hledger ledger; do
  command -v $program >/dev/null || { echo "($program is not installed)"; continue; }
  build/millet --data "$folder/year" export $program "$folder/year.$program" >/dev/null || exit 1
  begin=$(date +%s%N)
  case $program in hledger) hledger -f "$folder/year.hledger" bal -e 2026-07-02 --flat >/dev/null ;; ledger) ledger -f "$folder/year.ledger" bal -e 2026/07/02 --flat >/dev/null ;; esac
  row "the same day by $program, from the exported file" "$((($(date +%s%N) - begin) / 1000000)) ms"
done
if [ "$LARGE" -gt 0 ]; then
  line=$(build/bench/ledger "$folder/large" fill "$LARGE")
  row "filling $LARGE transfers" "${line%% *} /s" "$(cut -d' ' -f4 <<<"$line") MiB resident"
  line=$(build/bench/ledger "$folder/large" trial)
  row "trial balance of a day, $LARGE transfers" "${line%% *} ms" "$(cut -d' ' -f4 <<<"$line") MiB resident"
  line=$(build/bench/ledger "$folder/large" verify)
  row "verify, $LARGE transfers" "${line%% *} /s" "$(cut -d' ' -f4 <<<"$line") MiB resident"
fi

# ---- over HTTP ----
. tests/village
mkdir -p "$folder/http"
printf 'long-pass-word-77\n' | build/millet --data "$folder/http" user add Tao --role treasurer >/dev/null 2>&1 || exit 1
village=$folder/http village_db=
token=$(build/millet --data "$folder/http" token Tao) && village_serve || exit 1
api() { curl -sf -H "Authorization: Bearer $token" -H 'Content-Type: application/json' "$@"; }
open() { api -d "$1" "$site/api/v1/accounts" | cut -d'"' -f4; }
from=$(open '{"name":"World","code":"3010"}') to=$(open '{"name":"Co-operative","code":"4010"}')
for c in 1 32 64; do
  for round in $(seq "$R"); do build/load --port "$port" --clients $c --seconds "$S" --token "$token" --prefix "r$c$round" transfer "$from" "$to" >"$folder/http.out"
    grep -o 'rate [0-9]*' "$folder/http.out" | cut -d' ' -f2 >>"$folder/http_$c"; grep -vE '^(status 201|rate|refused 0$)' "$folder/http.out"; done
  row "HTTP, hot, $c clients, each with its Idempotency-Key" "$(median <"$folder/http_$c") /s" "$(grep -o 'p50.*ms, max' "$folder/http.out" | sed 's/, max//'), server $(awk '/VmRSS/ {print int($2 / 1024)}' "/proc/$server/status") MiB"
done
row "one payment alone over HTTP, against one disk sync" "$(awk -v r="$(median <"$folder/http_1")" -v s="$sync" 'BEGIN {printf "%.2f x", 1e6 / r / s}')"
node -e '
const n = 8190, list = []; const id = () => crypto.randomUUID();
for (let i = 0; i < n; i++) list.push({id: id(), debit: process.argv[1], credit: process.argv[2], amount_minor: 1});
process.stdout.write(JSON.stringify({transfers: list}))' "$from" "$to" >"$folder/bulk.json" && {
  begin=$(date +%s%N); api -o /dev/null -d @"$folder/bulk.json" "$site/api/v1/transfers" || echo "bulk over HTTP failed"
  row "8,190 in one request over HTTP" "$(awk -v ns="$(($(date +%s%N) - begin))" 'BEGIN {printf "%.0f", 8190e9 / ns}') /s"; }
village_run verify ledger >/dev/null 2>&1
village_stop; server=
