# An exam that LEARNERS=3000 signed-in people start within 10 s, 20 answers each, one answer a request; then as fast as it goes; then
# with ATTEMPTS=1000000 attempts of others in the table. MEASURE: a command put in front of what is timed (chrt -r 10).
if [ "${1:-}" = timed ]; then # timed DATA QUIZ TOKENS LEARNERS WITHIN_S THINK_MS: serves, runs the exam, says what it cost
  . tests/village
  ulimit -n 16384 2>/dev/null
  village=$2 village_db=
  trap '[ -n "${server:-}" ] && kill -9 $server 2>/dev/null' EXIT
  cpu_ms() { awk -v hz="$(getconf CLK_TCK)" '{print ($14 + $15) * 1000 / hz}' "/proc/$server/stat"; }
  village_serve || exit 1
  before=$(cpu_ms)
  result=$(build/bench/quiz_load "$port" "$3" "$4" "$5" "$6" "$7")
  after=$(cpu_ms) rss=$(awk '/VmRSS/ {print $2}' "/proc/$server/status")
  village_stop
  echo "$result"
  grep -o 'answers [0-9]*' <<<"$result" | awk -v b="$before" -v a="$after" -v rss="$rss" \
    '{printf "server %.3f CPU-ms an answer (starts and ends included), RSS %d MB\n", (a - b) / $2, rss / 1024; exit}'
  exit
fi
. tests/village
ulimit -n 16384 2>/dev/null
make -s build build/bench/quiz_fill build/bench/quiz_load build/bench/raw_commits || exit 1
folder=$(mktemp -d "${BENCH_FOLDER:-/var/tmp}/millet-quiz-XXXXXX")
trap '[ -n "${server:-}" ] && kill -9 $server 2>/dev/null; rm -rf "$folder"' EXIT
learners=${LEARNERS:-3000} attempts=${ATTEMPTS:-1000000}
village_make "$folder/v" || exit 1
org=$(curl -sf -H "Authorization: Bearer $token" "$site/api/v1/me" | grep -oE '"org":"[^"]*"' | head -1 | cut -d'"' -f4)
village_stop
kept() { python3 -c "import sqlite3,sys; print(sqlite3.connect(sys.argv[1]).execute(\"SELECT count(*) FROM attempt_event WHERE device = 'bench'\").fetchone()[0])" "$folder/v/millet.db"; }
total=0
# exam LABEL WITHIN_S THINK_MS OLD_ATTEMPTS: makes learners and an exam of their own, runs it, checks that every answer is kept
exam() {
  local quiz result answers there
  build/bench/quiz_fill "$folder/v" "$org" "$learners" "$4" >"$folder/tokens" || exit 1
  quiz=$(head -1 "$folder/tokens"); sed -i 1d "$folder/tokens"
  result=$(${MEASURE:-} bash bench/quiz.sh timed "$folder/v" "$quiz" "$folder/tokens" "$learners" "$2" "$3")
  answers=$(grep -o 'answers [0-9]*' <<<"$result" | head -1 | cut -d' ' -f2) there=$(($(kept) - total)) total=$(kept)
  cpu=$(grep -o 'server [0-9.]*' <<<"$result" | cut -d' ' -f2)
  echo "$1"; sed 's/^/  /' <<<"$result"
  echo "  acknowledged $answers, kept $there"
  # where a connection broke an answer may be kept of which the learner heard nothing
  [ "$there" -ge "$answers" ] || { echo "  answers were LOST"; exit 1; }
}
exam "started within 10 s, 6 s between answers (an exam of two minutes):" 10 6000 0
exam "started within 10 s, a second between answers:" 10 1000 0
exam "as fast as they are answered:" 0 0 0; small=$cpu
echo "a plain SQLite loop, one row a commit, then 64: $(${MEASURE:-} build/bench/raw_commits "$folder" 3), $(${MEASURE:-} build/bench/raw_commits "$folder" 3 64) rows a second" 
exam "as fast as they are answered, with $attempts attempts of others:" 0 0 "$attempts"
awk -v a="$cpu" -v b="$small" 'BEGIN {printf "growth to a million attempts: %.2fx in CPU time (to reach 1.5x)\n", a / b}'
