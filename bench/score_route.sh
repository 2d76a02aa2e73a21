#!/usr/bin/env bash
# Delivery rounds on the public instances: gap to the best known cost, CPU time, peak memory; nearest next stop and Clarke-Wright
# savings on the same instance in the same run. One thread, CPU seconds. Every plan is checked independently before it is counted.
#   bench/score_route.sh DIR     DIR/routing/*.tar.xz or DIR/solve/routing/*.tar.xz
#   SETS="x solomon lilim sdvrptw mdvrptw"  EVERY=2 (every second instance)  X_SECONDS=10 ...
set -u
M=${MILLET:-build/millet}
data=$1; [ -d "$data/solve/routing" ] && data=$data/solve; [ -d "$data/routing" ] && data=$data/routing
t=$(mktemp -d); trap 'rm -rf "$t"' EXIT
for f in "$data"/*.tar.xz; do tar xJf "$f" -C "$t" || exit 1; done
SETS=${SETS:-x solomon lilim sdvrptw mdvrptw}

# best_of SET NAME: best known cost (and vehicles)
best_of() {
  case $1 in
    solomon) node -e 'const b=JSON.parse(require("fs").readFileSync(process.argv[1]))[process.argv[2]+"_distance"];console.log(b.best_known_cost)' "$t/solomon/BKS.json" "$2" ;;
    lilim) node -e 'const b=JSON.parse(require("fs").readFileSync(process.argv[1]))[process.argv[2]];console.log(b.best_known_cost,b.solved_with_vehicles)' "$t/lilim/BKS.json" "$2" ;;
    *) grep -ho 'Cost:* *[0-9]*' "$3" | tail -1 | tr -dc 0-9 ;;
  esac
}
gap() { awk -v a="${1:-0}" -v b="$2" 'BEGIN{printf "%.2f", 100*(a-b)/b}'; }
value() { awk -v k="$1" '$1==k{print $2}' "$t/out"; }

one() { # SET FORMAT SECONDS FILE
  local name best vehicles n cost near save
  name=$(basename "$4"); name=${name%.*}
  read -r best vehicles < <(best_of "$1" "$name" "${4%.*}.sol")
  near=- save=-
  if [ "$1" != lilim ]; then
    "$M" solve route --format "$2" --baseline nearest "$4" >"$t/out" 2>/dev/null; [ "$(value Unassigned)" = 0 ] && near=$(gap "$(value Cost)" "$best")
    "$M" solve route --format "$2" --baseline savings "$4" >"$t/out" 2>/dev/null; [ "$(value Unassigned)" = 0 ] && save=$(gap "$(value Cost)" "$best")
  fi
  if ! "$M" solve route --format "$2" --time "$3" --seed "${SEED:-1}" --out "$t/sol" "$4" >"$t/out" 2>"$t/err" ||
     ! "$M" solve route check --format "$2" "$4" "$t/sol" >/dev/null; then
    echo "$1 $name FAILED $(head -1 "$t/err")"; return
  fi
  cost=$(value Cost)
  echo "$1 $name $best $cost $(gap "$cost" "$best") $(value Seconds) $(($(value Peak) / 1024)) $near $save $(value Routes) ${vehicles:--}"
}

printf '%-8s %-12s %10s %10s %7s %6s %5s %8s %8s %s\n' set instance best found gap% CPU-s MiB nearest% savings% vehicles/best
for set in $SETS; do
  case $set in
    x) files="$t/CVRP/*.vrp" format=vrplib seconds=${X_SECONDS:-10} ;;
    solomon) files="$t/solomon/*.txt" format=solomon seconds=${SOLOMON_SECONDS:-5} ;;
    lilim) files="$t/lilim/*.txt" format=lilim seconds=${LILIM_SECONDS:-5} ;;
    sdvrptw) files="$t/SDVRPTW/*.vrp" format=pyvrp seconds=${RICH_SECONDS:-60} ;;
    mdvrptw) files="$t/MDVRPTW/*.vrp" format=pyvrp seconds=${RICH_SECONDS:-60} ;;
  esac
  i=0
  for file in $files; do
    i=$((i + 1)); [ $((i % ${EVERY:-1})) -eq 0 ] || continue
    one "$set" "$format" "$seconds" "$file" | tee -a "$t/rows" |
      awk '{ if ($3 == "FAILED") print; else printf "%-8s %-12s %10s %10s %7s %6s %5s %8s %8s %s/%s\n", $1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11 }'
  done
done
echo
awk '$3 == "FAILED" { bad++; next }
     { s[$1] += $5; c[$1]++; if ($1 == "lilim" && $10 != $11) more++
       if ($1 == "x") { split($2, a, "-"); n = substr(a[2], 2) + 0
         if (n <= 420) { g += $5; k++; if ($8 != "-") { nd += 1 - (100 + $5) / (100 + $8); nk++ } if ($9 != "-") { sd += 1 - (100 + $5) / (100 + $9); sk++ } } } }
     END { for (x in s) printf "%s: mean gap %.3f %% over %d\n", x, s[x] / c[x], c[x]
       if (k) printf "x, n <= 420: mean gap %.3f %% over %d; %.1f %% less than nearest next stop, %.1f %% less than savings\n", g / k, k, nk ? 100 * nd / nk : 0, sk ? 100 * sd / sk : 0
       printf "lilim with more vehicles than best known: %d; failed: %d\n", more, bad; exit bad > 0 }' "$t/rows"
