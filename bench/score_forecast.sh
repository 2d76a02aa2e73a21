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
# Tuned on one half, looked at on the other: odd and even series of the test file apart.
for group in "m3-monthly 12" "m4-weekly 1"; do
  set -- $group
  for half in 1 0; do
    awk -F, -v half=$half 'NR == 1 { print; next } !($1 in seen) { seen[$1] = ++n } seen[$1] % 2 == half' "$folder/$1-test.csv" >"$folder/half.csv"
    echo "$1, $([ $half = 1 ] && echo "odd series (chosen on these)" || echo "even series")"
    build/millet solve forecast evaluate --train "$folder/$1-train.csv" --test "$folder/half.csv" --forecast "$folder/$1.csv" --season "$2" | grep -E "sMAPE|MASE|OWA" | sed 's/^/  /'
  done
done
make -s build/bench/forecast || exit 1
echo "car parts beside Croston:"
build/bench/forecast croston "$folder/carparts-train.csv" "$folder/carparts-test.csv"
echo "ETS beside R forecast 8.20 (golden file). Where they differ: R leaves out multiplicative trends as we do, but stops its simplex earlier, so our AICc is"
echo "lower where the likelihood is flat, and a near tie falls to another form:"
gzip -dc "$data/forecast/golden_m3_forecast8.20.csv.gz" >"$folder/golden.csv"
for group in "m3-yearly 1" "m3-quarterly 4" "m3-monthly 12" "m3-other 1"; do
  set -- $group
  echo "$1: $(build/bench/forecast golden "$folder/$1-train.csv" "$folder/golden.csv" "$2")"
done
