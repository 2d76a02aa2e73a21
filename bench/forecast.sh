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
/usr/bin/time -f "ours: %U CPU-s" build/millet solve forecast --season 12 --horizon 12 "$folder/train.csv" >"$folder/ours.csv"
build/millet solve forecast evaluate --train "$folder/train.csv" --test "$folder/test.csv" --forecast "$folder/ours.csv" --season 12 | grep -E "sMAPE|MASE"
cat >"$folder/r.R" <<'R'
suppressMessages(library(forecast)); a <- commandArgs(TRUE); d <- read.csv(a[1]); out <- NULL; begin <- proc.time()
for (id in unique(d$unique_id)) { y <- ts(d$y[d$unique_id == id], frequency = 12)
  f <- (as.numeric(forecast(ets(y), h = 12)$mean) + as.numeric(thetaf(y, h = 12)$mean)) / 2
  out <- rbind(out, data.frame(unique_id = id, ds = length(y) + 1:12, forecast = f)) }
spent <- proc.time() - begin; cat("R mean(ets, thetaf):", spent[["user.self"]], "CPU-s\n"); write.csv(out, a[2], row.names = FALSE, quote = FALSE)
R
Rscript "$folder/r.R" "$folder/train.csv" "$folder/r.csv"
build/millet solve forecast evaluate --train "$folder/train.csv" --test "$folder/test.csv" --forecast "$folder/r.csv" --season 12 | grep -E "sMAPE|MASE"
