# An exam that LEARNERS=3000 signed-in people start within 10 s, 20 answers each; then as fast as it goes; then with a million
# attempts of others in the table. ATTEMPTS=1000000
. tests/village
ulimit -n 16384 2>/dev/null
make -s build build/bench/quiz_fill build/bench/quiz_load || exit 1
folder=$(mktemp -d "${BENCH_FOLDER:-/var/tmp}/millet-quiz-XXXXXX")
trap '[ -n "${server:-}" ] && kill -9 $server 2>/dev/null; rm -rf "$folder"' EXIT
learners=${LEARNERS:-3000} attempts=${ATTEMPTS:-1000000}
cpu_ms() { awk -v hz="$(getconf CLK_TCK)" '{print ($14 + $15) * 1000 / hz}' "/proc/$1/stat"; }
village_make "$folder/v" || exit 1
org=$(curl -sf -H "Authorization: Bearer $token" "$site/api/v1/me" | grep -oE '"org":"[^"]*"' | head -1 | cut -d'"' -f4)
village_stop
kept() { python3 -c "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute(\"SELECT count(*) FROM attempt_event WHERE device = 'bench'\").fetchone()[0])" "$folder/v/millet.db"; }
total=0
# exam LABEL WITHIN_S THINK_MS OLD_ATTEMPTS: makes learners and an exam of their own, runs it, checks that every answer is kept
exam() {
  build/bench/quiz_fill "$folder/v" "$org" "$learners" "$4" >"$folder/tokens" || exit 1
  quiz=$(head -1 "$folder/tokens"); sed -i 1d "$folder/tokens"
  village_serve || exit 1
  local before after result answers there
  before=$(cpu_ms "$server")
  result=$(build/bench/quiz_load "$port" "$quiz" "$folder/tokens" "$learners" "$2" "$3")
  after=$(cpu_ms "$server")
  rss=$(awk '/VmRSS/ {print $2}' "/proc/$server/status")
  village_stop
  answers=$(grep -o 'answers [0-9]*' <<<"$result" | cut -d' ' -f2) there=$(($(kept) - total)) total=$(kept)
  echo "$1"; echo "  $result"
  cpu=$(awk -v a="$after" -v b="$before" -v n="$answers" 'BEGIN {printf "%.3f", n ? (a - b) / n : 0}')
  echo "  $cpu CPU-ms of the server an answer (starts and ends included), RSS $((rss / 1024)) MB; acknowledged $answers, kept $there"
  [ "$answers" = "$there" ] || { echo "  answers were LOST"; exit 1; }
}
exam "started within 10 s, a second between answers:" 10 1000 0
exam "as fast as they are answered:" 0 0 0; small=$cpu
exam "the same with $attempts attempts of others:" 0 0 "$attempts"
awk -v a="$cpu" -v b="$small" 'BEGIN {printf "growth to a million attempts: %.2fx (to reach 1.5x)\n", a / b}'
