#!/usr/bin/env bash
# Reports over 100,000 lines; the goal is 100 ms each.
set -eu
cd "$(dirname "$0")/.."
make -s build build/bench/report
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
build/millet demo --data "$folder/data" >/dev/null
build/bench/report "$folder/data" 100000
