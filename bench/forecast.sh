# Ten million rows of input, and R's forecast package beside ours on the same made-up series where it is installed (Debian r-cran-forecast).
folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT
awk 'BEGIN { print "unique_id,ds,y"; for (s = 0; s < 10000; s++) for (t = 1; t <= 1000; t++) print "s" s "," t "," (s * 7919 + t * 104729) % 1009 }' >"$folder/big.csv"
/usr/bin/time -f "ten million rows: %U CPU-s user, %S system, %M KiB" timeout 550 build/millet solve forecast evaluate --train "$folder/big.csv" --test "$folder/big.csv" --forecast /dev/null --season 1 2>&1 | tail -2
if ! Rscript -e 'library(forecast)' >/dev/null 2>&1; then echo "R forecast: skipped, r-cran-forecast is not installed"; exit 0; fi
cat >"$folder/make.awk" <<'A'
BEGIN { srand(7); for (s = 0; s < 60; s++) { level = 50 + 100 * rand(); for (t = 1; t <= 84; t++) { level += rand() - 0.48
  y = level * (1 + 0.3 * sin(6.2832 * t / 12 + s)) + 8 * (rand() + rand() - 1); print "s" s "," t "," (y > 1 ? y : 1) > (t > 72 ? test : train) } } }
A
echo "unique_id,ds,y" >"$folder/train.csv"; echo "unique_id,ds,y" >"$folder/test.csv"
awk -v train="$folder/train.part" -v test="$folder/test.part" -f "$folder/make.awk"
cat "$folder/train.part" >>"$folder/train.csv"; cat "$folder/test.part" >>"$folder/test.csv"
/usr/bin/time -f '%U %M' -o "$folder/ours.cost" build/millet solve forecast --season 12 --horizon 12 "$folder/train.csv" >"$folder/ours.csv"
cat >"$folder/r.R" <<'R'
suppressMessages(library(forecast)); a <- commandArgs(TRUE); d <- read.csv(a[1]); out <- NULL; begin <- proc.time()
for (id in unique(d$unique_id)) { y <- ts(d$y[d$unique_id == id], frequency = 12)
  f <- (as.numeric(forecast(ets(y), h = 12)$mean) + as.numeric(thetaf(y, h = 12)$mean)) / 2
  out <- rbind(out, data.frame(unique_id = id, ds = length(y) + 1:12, forecast = f)) }
spent <- proc.time() - begin; write(spent[["user.self"]], a[3]); write.csv(out, a[2], row.names = FALSE, quote = FALSE)
R
/usr/bin/time -f '%M' -o "$folder/r.memory" Rscript "$folder/r.R" "$folder/train.csv" "$folder/r.csv" "$folder/r.cost"
for who in ours r; do
  build/millet solve forecast evaluate --train "$folder/train.csv" --test "$folder/test.csv" --forecast "$folder/$who.csv" --season 12 >"$folder/$who.score"
done
awk '/^sMAPE/ { smape[FILENAME] = $2 } /^MASE/ { mase[FILENAME] = $2 } FILENAME ~ /cost$/ { cpu[FILENAME] = $1 } FILENAME ~ /ours.cost$/ { kib = $2 } FILENAME ~ /memory$/ { r_kib = $1 }
  END { o = ARGV[1]; r = ARGV[2]; oc = ARGV[3]; rc = ARGV[4]
    printf "60 monthly series of 72, 12 ahead: ours %.2f CPU-s, %d MiB, sMAPE %.3f, MASE %.3f; R mean(ets, thetaf) %.2f CPU-s, %d MiB, sMAPE %.3f, MASE %.3f\n", cpu[oc], kib / 1024, smape[o], mase[o], cpu[rc], r_kib / 1024, smape[r], mase[r]
    printf "ratio R to ours: CPU %.0f, sMAPE %.3f, MASE %.3f\n", cpu[rc] / (cpu[oc] > 0 ? cpu[oc] : 0.01), smape[r] / smape[o], mase[r] / mase[o] }' "$folder/ours.score" "$folder/r.score" "$folder/ours.cost" "$folder/r.cost" "$folder/r.memory"
