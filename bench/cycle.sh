# A hub's cycle of 4,000 goods: planning, opening, its first 100 rows; then a thousand checkouts in the last seconds before it closes, a thousand
# across the closing with a checkout begun before, and those that come too late. None may be lost, none taken after the grace.
. tests/village
ulimit -n 8192 2>/dev/null
CLIENTS=${CLIENTS:-250} CLOSES_IN=${CLOSES_IN:-14}
make -s build/load build/bench/cycle_fill || exit 1
folder=$(mktemp -d "${BENCH_FOLDER:-/var/tmp}/millet-bench-XXXXXX") # a real disk, not tmpfs: commits must be durable
trap '[ -n "${server:-}" ] && kill -9 $server 2>/dev/null; rm -rf "$folder"' EXIT
export MILLET_SEARCH_PER_MINUTE=1000000000
village_make "$folder/v" || exit 1
org=$(curl -sf -H "Authorization: Bearer $token" "$site/api/v1/me" | grep -oE '"org":"[^"]*"' | head -1 | cut -d'"' -f4)
village_stop
made=$(build/bench/cycle_fill "$folder/v" "$org" "$pickup" 4000 "$CLOSES_IN") || exit 1
value() { grep "^$1 " <<<"$made" | cut -d' ' -f2; }
cycle=$(value cycle) offer=$(value offer) closes=$(value closes)
village_serve || exit 1
echo "4,000 goods: planned in $(value plan_ms) ms, opened in $(value open_ms) ms (at most 1,000)"
pass=$(curl -sf -H 'Content-Type: application/json' -d '{}' "$site/api/v1/cycles/$cycle/checkouts" | grep -o '"pass":"[^"]*"' | cut -d'"' -f4)
for _ in 1 2 3 4 5; do curl -sf -o /dev/null "$site/api/v1/cycles/$cycle/offers"; curl -sf -o /dev/null -H "Authorization: Bearer $token" "$site/cycles/$cycle"; done
sleep 0.3
slowest() { grep "route=$1 status=200" "$folder/v/log" | grep -oE ' us=[0-9]+' | cut -d= -f2 | sort -n | tail -1; }
echo "its first 100 rows, slowest of 5: $(slowest '/api/v1/cycles/{id}/offers') us as JSON, $(slowest '/cycles/{id}') us as a page (at most 5,000)"
failed=0 accepted=0
# wave LABEL EXPECTED-STATUS MORE: a thousand orders
wave() {
  local result good
  result=$(build/load --port "$port" --clients "$CLIENTS" --count 1000 --seconds 60 --prefix "w$1" --token "$token" --more "$4" order "$offer" "$pickup")
  good=$(grep "^status $3 " <<<"$result" | cut -d' ' -f3)
  printf '%-64s %5s of 1000 answered %s  %s\n' "$2" "${good:-0}" "$3" "$(grep -oE 'p50.*' <<<"$result")"
  accepted=$((accepted + $(grep '^status 201 ' <<<"$result" | cut -d' ' -f3 | grep . || echo 0)))
  [ "${good:-0}" = 1000 ] && grep -q '^refused 0$' <<<"$result" || { failed=1; sed 's/^/  /' <<<"$result"; }
}
until_second() { while [ "$(date +%s%N)" -lt "$1" ]; do sleep 0.02; done; }
until_second $((closes * 1000000000 - 5000000000))
wave 1 "in the last five seconds" 201 ",\"cycle\":\"$cycle\""
until_second $((closes * 1000000000 - 300000000))
wave 2 "across the closing, checkout begun before" 201 ",\"cycle\":\"$cycle\",\"pass\":\"$pass\""
until_second $((closes * 1000000000 + 1000000000))
wave 3 "after the closing, checkout not begun before" 409 ",\"cycle\":\"$cycle\""
until_second $(((closes + 61) * 1000000000))
wave 4 "after the minute of grace, checkout begun before" 409 ",\"cycle\":\"$cycle\",\"pass\":\"$pass\""
village_run verify >"$folder/verify" 2>&1 || { failed=1; cat "$folder/verify"; }
village_stop
counted=$(build/bench/cycle_fill "$folder/v" count "$cycle")
echo "accepted $accepted, the cycle counts $(tr '\n' ' ' <<<"$counted"); millet verify finds nothing wrong"
grep -qx "orders $accepted" <<<"$counted" || failed=1
exit $failed
