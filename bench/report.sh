#!/usr/bin/env bash
# Reports over 100,000 lines, on SQLite and on a PostgreSQL of its own; the goal is 100 ms each.
set -eu
cd "$(dirname "$0")/.."
make -s build build/bench/report
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
build/millet demo --data "$folder/data" >/dev/null
build/bench/report "$folder/data" 100000
. tests/postgres
build/millet demo --data "$folder/other" --db "$MILLET_TEST_PG" >/dev/null
build/bench/report "$folder/other" 100000 "$MILLET_TEST_PG"
