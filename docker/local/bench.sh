# ./dev bench: what a worker costs and how soon it answers, on a Kafka and a PostgreSQL of its own; sourced
# by ./dev. Beside it, in the same run, the floor: hops through Kafka in transactions that do nothing. The
# machine's state is in both, so what the two are to each other says more than either.

BENCH_DIR=$LOCAL/bench
BENCH_PROGRAMS=$ROOT/build/tests/bench
BENCH_HOUSEHOLDS=${LIFELINE_BENCH_HOUSEHOLDS:-200000}
BENCH_EVENTS=${LIFELINE_BENCH_EVENTS:-2000000}
BENCH_RATE=${LIFELINE_BENCH_RATE:-1000}      # events a second, where it is measured how soon they are answered
BENCH_SECONDS=${LIFELINE_BENCH_SECONDS:-20}  # for so long, after 5 s
BENCH_ROUNDS=2                               # of the floor and lifeline, in turns: a machine is not the same twice
BENCH_PATIENCE=300                           # seconds that a stage may take
BENCH_COSTS=""                               # what was told: name, microseconds an event, seconds an event

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

start_stage() { # stage: it listens on STAGE_PORT
	STAGE_PORT=$(free_port 25800)
	"$ROOT/build/lifeline" "$1" --instance bench --listen "127.0.0.1:$STAGE_PORT" \
		>"$BENCH_DIR/consumers/$1.log" 2>&1 </dev/null &
	echo $! >"$BENCH_DIR/consumers/$1.pid"
}

await_stage() { # stage, just started
	wait_for "$1" $BENCH_PATIENCE "$ROOT/build/lifeline" health --ready --listen "127.0.0.1:$STAGE_PORT" ||
		die "$1 does not become ready"
}

# drain STAGE RECORDS SKIP: from record SKIP on (taking over is not counted) until RECORDS were read
drain() {
	local stage=$1 records=$2 skip=$3 port pid broker began ended first worker_ms broker_ms
	broker=$(cat "$BENCH_DIR/kafka/pid")
	start_stage "$stage"
	port=$STAGE_PORT
	pid=$(cat "$BENCH_DIR/consumers/$stage.pid")
	wait_for_records "$port" $((skip + 1))
	first=$(metric "$port" lifeline_records_in_total)
	worker_ms=$(cpu_ms $pid)
	broker_ms=$(cpu_ms "$broker")
	began=$(date +%s%N)
	wait_for_records "$port" "$records"
	ended=$(date +%s%N)
	tell_cost "$stage" $((records - first)) $((ended - began)) $(($(cpu_ms $pid) - worker_ms)) \
		$(($(cpu_ms "$broker") - broker_ms))
	stop_process "$BENCH_DIR/consumers/$stage.pid" 30
}

tell_cost() { # name, events, nanoseconds, milliseconds of the worker's CPU, and of the broker's
	awk -v name="$1" -v n="$2" -v ns="$3" -v worker="$4" -v broker="$5" \
		'BEGIN { printf "%-14s %9d events  %8.0f events/s   %5.2f us worker + %5.2f us broker an event\n",
			name, n, n / ns * 1e9, worker * 1000 / n, broker * 1000 / n }'
	BENCH_COSTS+="$1 $(awk -v n="$2" -v ns="$3" -v ms=$(($4 + $5)) 'BEGIN { print ms * 1000 / n, ns / n / 1e9 }')
"
}

# floor_hop NAME GROUP INPUT OUTPUT: a hop that does nothing drains the input
floor_hop() {
	local cost
	cost=$(timeout $BENCH_PATIENCE "$BENCH_PROGRAMS/bench_floor" "$2" "$3" "$4" "$BENCH_EVENTS" \
		"$(cat "$BENCH_DIR/kafka/pid")") || die "the floor's hop from $3 to $4 did not end"
	# shellcheck disable=SC2086
	tell_cost "$1" $cost
}

# Both hops of the one and of the other: one after the other, so the times of an event add up.
compare_costs() {
	awk '$1 ~ /^floor/ { floor += $2; floor_s += $3 }
		$1 !~ /^floor/ { own += $2; own_s += $3 }
		END { printf "two hops, one after the other: floor %.2f us, %.0f events/s; lifeline %.2f us, %.0f events/s; %.1f times the CPU time, %.1f times the time\n",
			floor, 1 / floor_s, own, 1 / own_s, own / floor, own_s / floor_s }' <<<"${BENCH_COSTS%?}"
}

# A flood alert for the area where every household of the bench lives: one record becomes a task for each.
# Measured from the command to a read_committed reader having the last task.
fan_out() {
	local began reader
	start_stage assess
	await_stage assess
	timeout $BENCH_PATIENCE "$BENCH_PROGRAMS/bench_load" wait assistance-tasks.360502 "$BENCH_HOUSEHOLDS" &
	reader=$!
	sleep 1
	began=$(date +%s%N)
	quietly lifeline alert --area 360502001201 --kind flood --severity 4 --on 2025-11-17 --expires 2025-11-30
	wait $reader || die "the alert's tasks did not come"
	awk -v n="$BENCH_HOUSEHOLDS" -v ns=$(($(date +%s%N) - began)) \
		'BEGIN { printf "alert          %9d tasks of one alert, read by the county in %.2f s\n", n, ns / 1e9 }'
	stop_process "$BENCH_DIR/consumers/assess.pid" 30
}

start_floor() { # name, input, output
	"$BENCH_PROGRAMS/bench_floor" "$1" "$2" "$3" >"$BENCH_DIR/consumers/$1.log" 2>&1 </dev/null &
	echo $! >"$BENCH_DIR/consumers/$1.pid"
}

machine() { echo "load $(cut -d' ' -f1 /proc/loadavg) on $(nproc) cores"; }

# What is published before all have their partitions is done before the warming up ends.
floor_latency() {
	start_floor floor-live-1 floor.input floor.first
	start_floor floor-live-2 floor.first floor.second
	"$BENCH_PROGRAMS/bench_latency" floor "$BENCH_RATE" "$BENCH_SECONDS"
	stop_consumers "$BENCH_DIR"
}

stages_latency() {
	local stage
	for stage in enrich assess; do
		start_stage $stage
		await_stage $stage
	done
	"$BENCH_PROGRAMS/bench_latency" lifeline "$BENCH_RATE" "$BENCH_SECONDS" "$BENCH_HOUSEHOLDS"
	stop_consumers "$BENCH_DIR"
}

bench() {
	ensure_packages all
	ensure_kafka
	build_release tests/bench/bench_{load,latency,floor,core}
	remove_servers "$BENCH_DIR"
	say "the core alone: no Kafka, no codec, no database ($(machine))"
	"$BENCH_PROGRAMS/bench_core"
	local kafka postgres
	kafka=$(free_port 19592)
	postgres=$(free_port 15932)
	say "starting a Kafka and a PostgreSQL for the bench"
	at_exit 'stop_consumers "$BENCH_DIR"; remove_servers "$BENCH_DIR"'
	start_servers "$BENCH_DIR" "$kafka" "$postgres"
	# shellcheck disable=SC1091
	. "$BENCH_DIR/env"
	mkdir -p "$BENCH_DIR/consumers"
	quietly lifeline topics create
	quietly "$BENCH_PROGRAMS/bench_load" floor-topics
	say "filling the log: $BENCH_HOUSEHOLDS households, $BENCH_EVENTS events"
	"$BENCH_PROGRAMS/bench_load" registry "$BENCH_HOUSEHOLDS"
	"$BENCH_PROGRAMS/bench_load" events "$BENCH_HOUSEHOLDS" "$BENCH_EVENTS"
	quietly lifeline policy activate "$ROOT/schemas/policy/national.yaml"
	say "the log is drained, in turns by hops that do nothing and by the stages ($(machine))"
	floor_hop floor-1 floor-drain-1 "^life-events\\..+" floor.middle
	drain enrich "$BENCH_EVENTS" 0
	floor_hop floor-2 floor-drain-2 floor.middle floor.output
	drain assess $((BENCH_EVENTS + BENCH_HOUSEHOLDS)) "$BENCH_HOUSEHOLDS"
	compare_costs
	fan_out
	sync # what the gigabyte before left to be written
	local round
	for round in $(seq $BENCH_ROUNDS); do
		say "$BENCH_RATE events a second for $BENCH_SECONDS s, round $round of $BENCH_ROUNDS ($(machine))"
		floor_latency
		stages_latency
	done
}
