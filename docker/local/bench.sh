# ./dev bench: what a worker costs, on a Kafka and a PostgreSQL of its own; sourced by ./dev.
# The log is filled first; then each stage drains it, and the worker's and the broker's CPU time are
# read from the kernel.

BENCH_DIR=$LOCAL/bench
BENCH_HOUSEHOLDS=${LIFELINE_BENCH_HOUSEHOLDS:-200000}
BENCH_EVENTS=${LIFELINE_BENCH_EVENTS:-2000000}
BENCH_PATIENCE=300 # seconds that a stage may take

cpu_ms() { awk '{print ($14 + $15) * 10}' "/proc/$1/stat"; }

metric() { # port, metric
	(
		exec 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
		printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3
		awk -v name="$2" '$1 == name { printf "%d\n", $2 }' <&3
	) 2>/dev/null
}

wait_for_records() { # port, count
	local until=$((SECONDS + BENCH_PATIENCE)) now
	while :; do
		now=$(metric "$1" lifeline_records_in_total) || now=0
		[ "${now:-0}" -ge "$2" ] && return 0
		[ $SECONDS -lt $until ] || die "after ${BENCH_PATIENCE} s only ${now:-0} of $2 records were read"
		sleep 0.02
	done
}

# drain STAGE RECORDS SKIP: from record SKIP on (taking over is not counted) until RECORDS were read
drain() {
	local stage=$1 records=$2 skip=$3 port pid broker began ended first worker_ms broker_ms count
	port=$(free_port 25800)
	broker=$(cat "$BENCH_DIR/kafka/pid")
	mkdir -p "$BENCH_DIR/consumers"
	"$ROOT/build/lifeline" "$stage" --instance bench --listen "127.0.0.1:$port" \
		>"$BENCH_DIR/consumers/$stage.log" 2>&1 </dev/null &
	pid=$!
	echo $pid >"$BENCH_DIR/consumers/$stage.pid"
	wait_for_records "$port" $((skip + 1))
	first=$(metric "$port" lifeline_records_in_total)
	worker_ms=$(cpu_ms $pid)
	broker_ms=$(cpu_ms "$broker")
	began=$(date +%s%N)
	wait_for_records "$port" "$records"
	ended=$(date +%s%N)
	count=$((records - first))
	awk -v stage="$stage" -v n="$count" -v ns=$((ended - began)) \
		-v worker=$(($(cpu_ms $pid) - worker_ms)) -v broker=$(($(cpu_ms "$broker") - broker_ms)) \
		'BEGIN { printf "%-8s %9d events  %8.0f events/s   %5.2f us worker + %5.2f us broker an event\n",
			stage, n, n / ns * 1e9, worker * 1000 / n, broker * 1000 / n }'
	stop_process "$BENCH_DIR/consumers/$stage.pid" 30
}

# A flood alert for the area where every household of the bench lives: one record becomes a task for each.
# Measured from the command to a read_committed reader having the last task.
fan_out() {
	local port began reader
	port=$(free_port 25800)
	"$ROOT/build/lifeline" assess --instance bench --listen "127.0.0.1:$port" \
		>"$BENCH_DIR/consumers/alert.log" 2>&1 </dev/null &
	echo $! >"$BENCH_DIR/consumers/alert.pid"
	wait_for ready $BENCH_PATIENCE "$ROOT/build/lifeline" health --ready --listen "127.0.0.1:$port"
	timeout $BENCH_PATIENCE "$ROOT/build/tests/bench/bench_load" wait assistance-tasks.360502 "$BENCH_HOUSEHOLDS" &
	reader=$!
	sleep 1
	began=$(date +%s%N)
	quietly lifeline alert --area 360502001201 --kind flood --severity 4 --on 2025-11-17 --expires 2025-11-30
	wait $reader || die "the alert's tasks did not come"
	awk -v n="$BENCH_HOUSEHOLDS" -v ns=$(($(date +%s%N) - began)) \
		'BEGIN { printf "alert    %9d tasks of one alert, read by the county in %.2f s\n", n, ns / 1e9 }'
	stop_process "$BENCH_DIR/consumers/alert.pid" 30
}

bench() {
	ensure_packages all
	ensure_kafka
	build_release tests/bench/bench_load
	remove_servers "$BENCH_DIR"
	local kafka postgres
	kafka=$(free_port 19592)
	postgres=$(free_port 15932)
	say "starting a Kafka and a PostgreSQL for the bench"
	at_exit 'stop_consumers "$BENCH_DIR"; remove_servers "$BENCH_DIR"'
	start_servers "$BENCH_DIR" "$kafka" "$postgres"
	# shellcheck disable=SC1091
	. "$BENCH_DIR/env"
	quietly lifeline topics create
	say "filling the log: $BENCH_HOUSEHOLDS households, $BENCH_EVENTS events"
	"$ROOT/build/tests/bench/bench_load" registry "$BENCH_HOUSEHOLDS"
	"$ROOT/build/tests/bench/bench_load" events "$BENCH_HOUSEHOLDS" "$BENCH_EVENTS"
	quietly lifeline policy activate "$ROOT/schemas/policy/national.yaml"
	drain enrich "$BENCH_EVENTS" 0
	drain assess $((BENCH_EVENTS + BENCH_HOUSEHOLDS)) "$BENCH_HOUSEHOLDS"
	fan_out
}
