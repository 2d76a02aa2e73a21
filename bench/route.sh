#!/usr/bin/env bash
# Roads and the first plan: import, file, ways against plain Dijkstra (10,000, every one must be equal), a 200 x 200 table, 200 stops for
# 8 vehicles with windows and two depots from table to first plan; distances beside Routino's (Debian: routino) where it is installed.
# ROADS_FILE=region.osm.gz names an OpenStreetMap file; without one the demo valley's own roads are measured. One thread, CPU time.
cd "$(dirname "$0")/.." || exit 1
M=${MILLET:-build/millet} asked=${QUERIES:-10000} pairs=${PAIRS:-200}
make -s build/bench/roads || exit 1
t=$(mktemp -d); trap 'rm -rf "$t"' EXIT
if [ -n "${ROADS_FILE:-}" ]; then
  echo "roads of $(basename "$ROADS_FILE")"
  "$M" import roads --out "$t/roads.mil" "$ROADS_FILE" || exit 1
else
  echo "roads of the demo valley (ROADS_FILE=region.osm.gz measures your own)"
  "$M" --data "$t" demo >/dev/null || exit 1
fi
build/bench/roads "$t/roads.mil" "$asked" | tee "$t/numbers"
wrong=${PIPESTATUS[0]}
awk '$1 == "plan_table_s" { t = $2 } $1 == "plan_first_s" { printf "200 stops, 8 vehicles, windows, two depots: table and first plan after %.3f CPU s (target 1)\n", t + $2 }
     $1 == "table_200_s" { printf "table 200 x 200: %.4f CPU s (target 0.1)\n", $2 }' "$t/numbers"

# The same pairs by Routino, whose ways may differ: its own idea of speeds unless told ours, which it is, road by road.
if [ -z "${ROADS_FILE:-}" ] || ! command -v planetsplitter routino-router >/dev/null; then
  echo "Routino is not installed, or there is no map to give it: not compared"
  exit "$wrong"
fi
osm=$t/map.osm
case $ROADS_FILE in *.gz) zcat "$ROADS_FILE" ;; *) cat "$ROADS_FILE" ;; esac | grep -v '^ *<note>\|^ *<meta ' >"$osm"
planetsplitter --prune-none --dir="$t" --prefix=map "$osm" >"$t/splitter" 2>&1 || { echo "Routino could not read the map: $(tail -1 "$t/splitter")"; exit "$wrong"; }
# Ends of ways that every car may use, so that both begin at the same place.
awk -F'"' '/<node /{ for (i = 1; i < NF; i++) { if ($i ~ / id=$/) id = $(i + 1); if ($i ~ / lat=$/) lat = $(i + 1); if ($i ~ / lon=$/) lon = $(i + 1) } at[id] = lon " " lat }
  /<way /{ n = 0; good = 0; bad = 0 } /<nd /{ ref[n++] = $2 } /k="access"|k="motor_vehicle"|k="vehicle"/{ bad = 1 }
  /k="highway"/{ if ($4 ~ /^(primary|secondary|tertiary|unclassified|residential)$/) good = 1 }
  /<\/way>/{ if (good && !bad && n > 1) { print at[ref[0]]; print at[ref[n - 1]] } }' "$osm" | sort -u | awk 'NF == 2' >"$t/ends"
# Its own numbers are about 1 % below the great circles along its own points (1,198 for 1,211 m on one road), so the points are measured.
routino() { # lon lat lon lat more...: kilometres
  routino-router --dir="$t" --prefix=map --profiles=/usr/share/routino/profiles.xml --translations=/usr/share/routino/translations.xml \
    --transport=motorcar --quickest --lon1="$1" --lat1="$2" --lon2="$3" --lat2="$4" --output-text-all --output-stdout "${@:5}" 2>/dev/null |
    awk -F'\t' 'function sq(x) { return x * x } BEGIN { p = atan2(0, -1) / 180 }
      !/^#/ && NF > 3 { if (n++) { h = sq(sin(($1 - y) * p / 2)) + cos($1 * p) * cos(y * p) * sq(sin(($2 - x) * p / 2)); km += 12742.0176 * atan2(sqrt(h), sqrt(1 - h)) } y = $1; x = $2 }
      END { if (n) print km }'
}
ours="--speed-motorway=110 --speed-trunk=85 --speed-primary=70 --speed-secondary=62 --speed-tertiary=52 --speed-unclassified=42 --speed-residential=28 --speed-service=17 --speed-track=14 --property-paved=50"
for kind in motorway trunk primary secondary tertiary unclassified residential service track; do ours+=" --highway-$kind=100"; done # no liking for large roads
shuf --random-source=<(yes) "$t/ends" | head -$((2 * pairs)) | paste - - | while read -r a b c d; do
  metres=$("$M" solve roads route --roads "$t/roads.mil" "$a,$b" "$c,$d" 2>/dev/null | grep -o '"distance_m":[0-9.]*' | cut -d: -f2)
  # shellcheck disable=SC2086
  theirs=$(routino "$a" "$b" "$c" "$d" $ours) plain=$(routino "$a" "$b" "$c" "$d")
  [ -n "$metres" ] && [ -n "$theirs" ] && [ -n "$plain" ] && echo "$metres $theirs $plain $a,$b $c,$d"
done >"$t/pairs"
sort -n "$t/pairs" | awk '$1 > 500 && $2 > 0 { n++; r = $1 / 1000 / $2; q = $1 / 1000 / $3; sum += $1 / 1000; theirs += $2; plain += $3
    same += r > 0.99 && r < 1.01; close_ += r > 0.95 && r < 1.05; psame += q > 0.99 && q < 1.01; if (r > 1.05 || r < 0.95) print "  differs " r, $0 > "/dev/stderr" }
  END { if (n) printf "Routino, %d pairs: with our speeds %d within 1 %%, %d within 5 %%, kilometres together %.1f (ours) and %.1f; with its own speeds %d within 1 %%, %.1f km\n",
    n, same, close_, sum, theirs, psame, plain }' 2>"$t/differ"
[ -n "${SHOW:-}" ] && head -"$SHOW" "$t/differ"
exit "$wrong"
