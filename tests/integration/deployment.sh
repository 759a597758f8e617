# A deployment of its own for an end-to-end test: a Kafka and a PostgreSQL on free ports, consumers,
# and commands. Sourced by test_*.sh, which meson gives LIFELINE, the program.
#
#   deploy                     starts the servers; sets DIR and the environment; makes the topics
#   consume STAGE INSTANCE     starts a consumer; its log is $DIR/logs/INSTANCE.log
#   run NAME COMMAND...        runs a command of lifeline; output in $DIR/logs/NAME.out and .err
#   check WHAT COMMAND...      one assertion; the first that fails ends the test
#
# Everything that was started here is stopped at the end, and nothing else. With
# LIFELINE_TEST_KEEP=1 the directory of a failed test stays.
set -euo pipefail

HERE=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
ROOT=$(readlink -f "$HERE/../..")
LOCAL=$ROOT/.local
PROGRAM=${LIFELINE:-$ROOT/build/lifeline}
EXIT_SKIPPED=77

. "$ROOT/docker/local/say.sh"
. "$ROOT/docker/local/packages.sh"
. "$ROOT/docker/local/servers.sh"

# Nothing of the caller's own deployment.
for name in ${!LIFELINE_*}; do [[ $name = LIFELINE_TEST_* ]] || unset "$name"; done
export LC_ALL=C.UTF-8
export LIFELINE_MAPPINGS=$ROOT/producers/publish/mappings

fail() {
	printf 'FAILED: %s\n' "$*" >&2
	exit 1
}

check() { # what, command...
	local what=$1
	shift
	"$@" || fail "$what  ($*)"
	printf 'ok: %s\n' "$what"
}

equal() { [ "$1" = "$2" ] || { printf 'got %s, expected %s\n' "$1" "$2" >&2; return 1; }; }

skip() {
	printf 'skipped: %s\n' "$*"
	exit $EXIT_SKIPPED
}

# ---- servers ------------------------------------------------------------------------------------------

need_servers() {
	local tool
	[ -e "$LOCAL/kafka/complete" ] || skip "Kafka's jars are missing: ./dev setup"
	pg_bin >/dev/null || skip "PostgreSQL's server is missing: ./dev setup"
	for tool in java kcat python3 psql; do
		command -v $tool >/dev/null || skip "$tool is missing: ./dev setup"
	done
}

# Below the ports that the kernel gives to connections; the start is random, since two deployments
# that look for a free port at the same time find the same one.
some_free_port() { free_port $((20000 + RANDOM % 5000 * 2)); }

deploy() {
	need_servers
	mkdir -p "$LOCAL"
	DIR=$(mktemp -d "$LOCAL/deployment.XXXXXX") # where ./dev down and ./dev test find it
	chmod 711 "$DIR"
	echo $$ >"$DIR/pid"
	mkdir -p "$DIR/logs" "$DIR/pids"
	trap tear_down EXIT
	trap 'exit 143' TERM INT HUP
	KAFKA_PORT=$(some_free_port)
	POSTGRES_PORT=$(some_free_port)
	until [ $((POSTGRES_PORT - KAFKA_PORT)) -gt 1 ] || [ $((KAFKA_PORT - POSTGRES_PORT)) -gt 1 ]; do
		POSTGRES_PORT=$(some_free_port)
	done
	start_servers "$DIR" "$KAFKA_PORT" "$POSTGRES_PORT"
	# shellcheck disable=SC1091
	. "$DIR/env"
	run migrate migrate
	run topics topics create
}

tear_down() {
	local status=$? pid
	trap - EXIT
	set +e
	[ $status = 0 ] || show_logs >&2
	{
		for pid in "$DIR"/pids/*; do
			[ ! -s "$pid" ] || kill -9 "$(cat "$pid")"
		done
		for pid in $(jobs -p); do
			pkill -9 -P "$pid"
			kill -9 "$pid"
		done
		wait
	} 2>/dev/null
	if [ $status != 0 ] && [ -n "${LIFELINE_TEST_KEEP:-}" ]; then
		stop_servers "$DIR"
		printf 'kept: %s\n' "$DIR" >&2
	else
		remove_servers "$DIR"
	fi
	exit $status
}

show_logs() {
	local log
	for log in "$DIR"/logs/*; do
		[ -s "$log" ] || continue
		printf -- '---- %s\n' "${log##*/}"
		tail -n 12 "$log" | cut -c 1-400
	done
}

sql() { psql "$LIFELINE_DATABASE" -X -A -t -q -v ON_ERROR_STOP=1 -c "$1"; }

# ---- commands and consumers ------------------------------------------------------------------------------

# Fails the test unless the command ends with one of EXPECTED (default 0).
run() { # name, command...
	local name=$1 status=0
	shift
	"$PROGRAM" "$@" >"$DIR/logs/$name.out" 2>"$DIR/logs/$name.err" </dev/null || status=$?
	[[ " ${EXPECTED:-0} " = *" $status "* ]] ||
		fail "lifeline $* ended with $status, expected ${EXPECTED:-0}: $(head -c 600 "$DIR/logs/$name.err")"
}

# Starts a command that runs until it is stopped.
background() { # instance, command...
	local instance=$1
	shift
	(
		trap '' INT
		exec "$PROGRAM" "$@"
	) >>"$DIR/logs/$instance.log" 2>&1 </dev/null &
	echo $! >"$DIR/pids/$instance"
}

consume() { # stage, instance
	local port_file=$DIR/$2.port
	[ -s "$port_file" ] || some_free_port >"$port_file"
	background "$2" "$1" --instance "$2" --listen "127.0.0.1:$(cat "$port_file")"
}

consume_all() {
	consume enrich enrich-1
	consume assess assess-1
	consume assess assess-2
	consume record record-1
}

alive() { kill -0 "$(cat "$DIR/pids/$1")" 2>/dev/null; }

kill_hard() { # instance
	local pid
	pid=$(cat "$DIR/pids/$1")
	kill -9 "$pid" 2>/dev/null
	{ wait "$pid" || true; } 2>/dev/null
	rm -f "$DIR/pids/$1"
}

# SIGTERM; sets STATUS to the exit code and TOOK_MS. Fails the test after 10 seconds.
stop_gently() { # instance
	local pid began
	pid=$(cat "$DIR/pids/$1")
	began=$(date +%s%N)
	kill -TERM "$pid"
	wait_for "$1" 10 gone "$pid" || fail "$1 still runs 10 s after SIGTERM"
	STATUS=0
	wait "$pid" || STATUS=$?
	TOOK_MS=$((($(date +%s%N) - began) / 1000000))
	rm -f "$DIR/pids/$1"
}

# Ended, although its parent (this shell) has not asked for its exit code yet.
gone() { [ ! -e "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status"; }

metrics() { # instance
	(
		exec 3<>"/dev/tcp/127.0.0.1/$(cat "$DIR/$1.port")"
		printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3
		cat <&3
	)
}

# ---- the simulated county ----------------------------------------------------------------------------

# A plan's registry and policy, and nothing of its days yet.
found_county() { # directory, options of simulate make...
	local data=$1
	shift
	run make simulate make --out "$data" --quiet --json "$@"
	run policy policy activate "$ROOT/schemas/policy/national.yaml"
	run import registry import --households "$data/households.csv" --people "$data/people.csv" \
		--json --quiet
}

# Rows that the simulation made wrong may have been rejected: 3.
play() { # name, directory, options...
	local name=$1 data=$2
	shift 2
	EXPECTED="0 3" run "$name" simulate play "$data" --quiet --json "$@"
}

# Everything that was published is decided and recorded; the books are in $DIR/summary.json.
wait_until_done() {
	local until=$((SECONDS + 90)) drained=False
	while [ $drained != True ]; do
		all_alive
		[ $SECONDS -lt $until ] || fail "not everything was read in 90 s"
		run summary summary --wait 5 --json
		tail -n 1 "$DIR/logs/summary.out" >"$DIR/summary.json"
		drained=$(value "$DIR/summary.json" drained)
	done
}

all_alive() {
	local pid
	for pid in "$DIR"/pids/*; do
		alive "${pid##*/}" || fail "${pid##*/} has ended by itself"
	done
}

# A value of a JSON file, or of the JSON on a file's last line: value FILE KEY...
value() {
	python3 -c '
import json, sys
text = open(sys.argv[1]).read().strip()
try:
    value = json.loads(text)
except ValueError:
    value = json.loads(text.splitlines()[-1])
for key in sys.argv[2:]:
    value = value[key]
print(value)' "$@"
}
