# Forecasts of M3, M4 Weekly, car parts and avocados against what came, with CPU seconds on one thread and peak memory.
data=$1
[ -d "$data/forecast" ] || { echo "skipped: $data/forecast is not there"; exit 0; }
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
node bench/forecast_tables.mjs "$data" "$folder" || exit 1
# one NAME SEASON HORIZON SCORE-SEASON
one() {
  local cost
  cost=$( { /usr/bin/env time -f '%U CPU-s, %M KiB' build/millet solve forecast --season "$2" --horizon "$3" --level 80,95 "$folder/$1-train.csv" >"$folder/$1.csv"; } 2>&1 | tail -1)
  echo "$1: $cost"
  build/millet solve forecast evaluate --train "$folder/$1-train.csv" --test "$folder/$1-test.csv" --forecast "$folder/$1.csv" --season "$4" | sed 's/^/  /'
}
for group in "m3-yearly 1 6 1" "m3-quarterly 4 8 4" "m3-monthly 12 18 12" "m3-other 1 8 1" "m4-weekly 52 13 1" "carparts 12 6 1" "avocado 52 8 52"; do one $group; done
echo "all of M3: see the four groups; weights by points 3870, 6048, 25704, 1392 (sMAPE) and by series 645, 756, 1428, 174 (MASE)"
