#!/usr/bin/env bash
# Durable commits: db_write with 1, 32 and 128 clients beside a plain SQLite loop (one row each, WAL, synchronous=FULL) on
# the same disk in the same minute.
cd "$(dirname "$0")/.." || exit 1
make -s build/bench/db build/bench/raw_commits || exit 1
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
seconds=${BENCH_SECONDS:-5}
echo "clients  writes/s  of plain loop  cpu ms per 1,000  slowest 1 % ms"
for clients in 1 32 128; do
  raw=$(build/bench/raw_commits "$folder" "$seconds"); rm -f "$folder"/raw.db*
  read -r rate cpu slow < <(build/bench/db "$folder/$clients" "$clients" "$seconds")
  awk -v c="$clients" -v r="$rate" -v p="$cpu" -v s="$slow" -v w="$raw" 'BEGIN { printf "%7d %9d %12.1fx %17s %15s   (plain loop: %d/s)\n", c, r, r / w, p, s, w }'
done
