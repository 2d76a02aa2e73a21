# Forecasts of public data against what came: a row each for all series and for both halves. What is chosen in the program (members of the
# ensemble, the unit of the ranges) was chosen on the odd series; the even ones had no say. CPU seconds of one thread, peak memory.
data=$1
[ -d "$data/forecast" ] || { echo "skipped: $data/forecast is not there"; exit 0; }
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
node bench/forecast_tables.mjs "$data" "$folder" || exit 1
make -s build/bench/forecast || exit 1
printf '%-34s %6s %7s %7s %6s %8s %8s %8s %7s %6s\n' "set" series sMAPE MASE OWA "in 80 %" "in 95 %" "MSIS 95" CPU-s MiB

# NAME SEASON HORIZON: forecasts NAME-train.csv into NAME.csv; the cost is kept in NAME.cost.
forecast() {
  /usr/bin/env time -f '%U %M' build/millet solve forecast --season "$2" --horizon "$3" --level 80,95 "$folder/$1-train.csv" >"$folder/$1.csv" 2>"$folder/$1.cost"
}
# NAME SCORE-SEASON FORECAST-FILE LABEL: a row for each half and one for all; keeps the numbers in rows.
score() {
  local half cost=
  for half in odd even all; do
    awk -F, -v half=$half 'NR == 1 { print; next } { id = $1; sub(/\.[0-9]+$/, "", id) } !(id in seen) { seen[id] = ++n }
      half == "all" || seen[id] % 2 == (half == "odd")' "$folder/$1-test.csv" >"$folder/half.csv"
    [ $half = all ] && [ -f "$folder/$1.cost" ] && [ "$3" = "$1.csv" ] && cost=$(tail -1 "$folder/$1.cost")
    build/millet solve forecast evaluate --train "$folder/$1-train.csv" --test "$folder/half.csv" --forecast "$folder/$3" --season "$2" |
      awk -v name="$4" -v half=$half -v cost="$cost" '/^series/ { series = $2; points = $4 } /^sMAPE/ { sub(")", "", $6); smape = $6 } /^MASE/ { mase = $2 }
        /^OWA/ { owa = $2 } /^level 80/ { in80 = $6 } /^level 95/ { msis = $4; in95 = $6 }
        END { split(cost, c, " "); print name ";" half ";" series ";" points ";" smape ";" mase ";" owa ";" in80 ";" in95 ";" msis ";" c[1] ";" (c[2] ? int(c[2] / 1024) : "") }' |
      tee -a "$folder/rows" | awk -F';' '{ printf "%-34s %6d %7.2f %7.3f %6.3f %8s %8s %8s %7s %6s\n", $1 ($2 == "all" ? "" : ", " $2), $3, $5, $6, $7, $8, $9, $10, $11, $12 }'
  done
}
for group in "m3-yearly 1 6 1" "m3-quarterly 4 8 4" "m3-monthly 12 18 12" "m3-other 1 8 1"; do
  set -- $group
  forecast $1 $2 $3 && score $1 $4 $1.csv $1
done
# The four groups together: points weigh sMAPE and ranges, series weigh MASE.
for half in odd even all; do
  awk -F';' -v half=$half '$2 == half { s += $3; p += $4; a += $5 * $4; m += $6 * $3; in80 += $8 * $4; in95 += $9 * $4; msis += $10 * $4; cpu += $11; mib = $12 > mib ? $12 : mib }
    END { printf "%-34s %6d %7.2f %7.3f %6s %8.2f %8.2f %8.3f %7s %6s\n", "M3 in all" (half == "all" ? "" : ", " half), s, a / p, m / s, "", in80 / p, in95 / p, msis / p, cpu ? cpu : "", mib ? mib : "" }' "$folder/rows"
done
if [ -z "${QUICK:-}" ]; then forecast m4-weekly 52 13 && score m4-weekly 1 m4-weekly.csv m4-weekly; fi
forecast carparts 12 6 && score carparts 1 carparts.csv carparts

# Avocados, walk-forward: seven origins, eight weeks apart, each forecast from what was known then; beside the same week of the year before.
head -1 "$folder/avocado-0-train.csv" >"$folder/avocado-train.csv" && cp "$folder/avocado-train.csv" "$folder/avocado-test.csv"
for step in 0 1 2 3 4 5 6; do
  forecast avocado-$step 52 8
  for part in train test; do tail -n +2 "$folder/avocado-$step-$part.csv" >>"$folder/avocado-$part.csv"; done
  tail -n +$((step > 0 ? 2 : 1)) "$folder/avocado-$step.csv" >>"$folder/avocado.csv"
done
awk '{ cpu += $1; mib = $2 > mib ? $2 : mib } END { print cpu, mib }' "$folder"/avocado-?.cost >"$folder/avocado.cost"
score avocado 52 avocado.csv "avocado, 7 origins"
score avocado 52 avocado-naive.csv "avocado, seasonal naive"
cat <<'T'
to reach: M3 sMAPE 12.65, MASE 1.35 in 20 CPU-s (R mean(thetaf, ets): 12.76, 1.351, about 870 CPU-s); M4 Weekly OWA 0.78 (best of 59 entries 0.739);
95 % ranges that hold 93.5 to 96.5 %. Rare demand comes in whole pieces: ranges of car parts can only be wider than asked; by how much follows.
T
echo; echo "car parts, ranges of whole pieces:"
build/bench/forecast counts "$folder/carparts-train.csv" "$folder/carparts-test.csv"
echo; echo "car parts beside Croston's method, same series, without ranges:"
build/bench/forecast croston "$folder/carparts-train.csv" "$folder/carparts-test.csv"
echo; echo "ETS beside R forecast 8.20 (golden file):"
gzip -dc "$data/forecast/golden_m3_forecast8.20.csv.gz" >"$folder/golden.csv"
for group in "m3-yearly 1" "m3-quarterly 4" "m3-monthly 12" "m3-other 1"; do
  set -- $group
  echo "$1:"; build/bench/forecast golden "$folder/$1-train.csv" "$folder/golden.csv" "$2" | sed 's/^/  /'
done
