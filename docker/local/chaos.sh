# ./dev chaos: a deployment of its own, taken apart by a seeded schedule under load, then counted;
# sourced by ./dev. What it does in between is in tests/chaos.

CHAOS_DIR=$LOCAL/chaos
CHAOS_DAY=2025-03-01
CHAOS_LATE=50 # of the households one in so many is registered only later

chaos_usage() {
	cat <<-'END'
	usage: ./dev chaos [--seed N] [--minutes M] [--rate N] [--households N] [--faults KIND,...] [--keep]
	       ./dev chaos pressure [--seconds N] [--rate N] [--keep]
	       ./dev chaos stall [--rate N] [--keep]
	       ./dev chaos full-disk [--rate N]
	       ./dev chaos take-over [--households N]

	  --seed N         the same seed makes the same schedule of faults (default: 1)
	  --minutes M      at least 4 for every kind of fault (default: 5)
	  --rate N         events a second (default: 200)
	  --households N   how many (default: 5000)
	  --faults KINDS   only these: kill, stop, broker, postgres, outage, scale (default: all)
	  --keep           leave the servers running and their data there, to look further

	pressure: for N seconds (160) far more events (20,000 a second) than slowed consumers can take:
	memory, membership, and what is decided in the end.

	stall: a broker at a tenth of its speed, and one that stands still for 8 to 75 seconds.

	full-disk: PostgreSQL's disk is full, then Kafka's. Needs root: each gets a small file system.

	take-over: the only assess instance is killed, and another takes N households over (default: a
	million).
	END
}

chaos_set_up() { # households, seed, what to do before the servers start
	local prepare=${3:-true}
	ensure_packages test
	ensure_kafka
	build_release tests/bench/bench_load
	remove_servers "$CHAOS_DIR"
	"$prepare"
	CHAOS_KAFKA=$(free_port $((20000 + RANDOM % 2000 * 2)))
	CHAOS_POSTGRES=$(free_port $((24000 + RANDOM % 700 * 2)))
	say "starting a Kafka (127.0.0.1:$CHAOS_KAFKA) and a PostgreSQL (127.0.0.1:$CHAOS_POSTGRES)"
	start_servers "$CHAOS_DIR" "$CHAOS_KAFKA" "$CHAOS_POSTGRES"
	# shellcheck disable=SC1091
	. "$CHAOS_DIR/env"
	# A program of its own: the tree may be built again during a long run.
	cp "$(readlink -f "$ROOT/build/lifeline")" "$CHAOS_DIR/lifeline"
	local lifeline=$CHAOS_DIR/lifeline data=$CHAOS_DIR/data
	say "topics, a policy, and a registry of $1 households"
	quietly "$lifeline" migrate
	quietly "$lifeline" topics create
	quietly "$lifeline" policy activate "$ROOT/schemas/policy/national.yaml"
	quietly "$lifeline" clock --day "$CHAOS_DAY"
	quietly "$lifeline" simulate make --out "$data" --seed "$2" --households "$1" --days 1 --quiet
	chaos_latecomers "$data"
	quietly "$lifeline" registry import --households "$data/early-households.csv" \
		--people "$data/early-people.csv" --quiet
}

# Splits a registry: late-*.csv is imported in the middle of the run, early-*.csv before it.
chaos_latecomers() { # directory
	awk -F, -v every="$CHAOS_LATE" -v dir="$1" '
		FNR == 1 { kind = FILENAME ~ /households/ ? "households" : "people"
			print > (dir "/early-" kind ".csv"); print > (dir "/late-" kind ".csv"); next }
		kind == "households" && every > 0 && ++count % every == 0 { late[$1] = 1 }
		{ print > (dir "/" ($1 in late ? "late-" : "early-") kind ".csv") }
	' "$1/households.csv" "$1/people.csv"
}

# chaos_options NAME... -- ARGUMENTS: sets the variables of these options, and keep.
chaos_options() {
	local known=" "
	while [ "$1" != -- ]; do known+="--$1 " && shift; done
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--keep) keep=1 && shift && continue ;;
		--help) chaos_usage && exit 0 ;;
		esac
		[[ $known = *" $1 "* ]] || { chaos_usage >&2 && exit 2; }
		[ $# -gt 1 ] || die "$1 needs a value"
		printf -v "${1#--}" %s "$2"
		shift 2
	done
}

# Runs one of tests/chaos on the servers that chaos_set_up has started.
chaos_run() { # program, options...
	local program=$1 status=0
	shift
	nice -n 5 python3 "$ROOT/tests/chaos/$program" --root "$ROOT" --directory "$CHAOS_DIR" \
		--program "$CHAOS_DIR/lifeline" --data "$CHAOS_DIR/data" \
		--mappings "$ROOT/producers/publish/mappings" --day "$CHAOS_DAY" \
		--kafka-port "$CHAOS_KAFKA" --postgres-port "$CHAOS_POSTGRES" "$@" || status=$?
	if [ "$keep" = never ]; then return $status; fi
	if [ -n "$keep" ] || [ $status != 0 ]; then
		never_mind
		say "servers and data stay: . ${CHAOS_DIR#"$ROOT"/}/env; ./dev down stops the servers"
	fi
	return $status
}

chaos() {
	local keep=""
	case ${1:-} in
	take-over)
		[ "${2:-}" = --households ] || [ $# = 1 ] || die "take-over takes --households"
		chaos_take_over "${3:-1000000}"
		return 0
		;;
	pressure) shift && chaos_pressure "$@" ;;
	stall) shift && chaos_stall "$@" ;;
	full-disk) shift && chaos_full_disk "$@" ;;
	*) chaos_faults "$@" ;;
	esac
}

chaos_faults() {
	local seed=1 minutes=5 rate=200 households=5000 faults=kill,stop,broker,postgres,outage,scale
	chaos_options seed minutes rate households faults -- "$@"
	[ -n "$keep" ] || at_exit 'remove_servers "$CHAOS_DIR"'
	chaos_set_up "$households" "$seed" >&2
	say "$minutes minutes of faults, seed $seed, $rate events a second"
	chaos_run chaos.py --seed "$seed" --minutes "$minutes" --rate "$rate" --faults "$faults"
}

chaos_pressure() {
	local seconds=160 rate=20000
	chaos_options seconds rate -- "$@"
	[ -n "$keep" ] || at_exit 'remove_servers "$CHAOS_DIR"'
	CHAOS_LATE=0 chaos_set_up 5000 1 >&2
	say "$seconds seconds, $rate events a second"
	chaos_run pressure.py --seed 1 --seconds "$seconds" --rate "$rate"
}

chaos_stall() {
	local rate=200
	chaos_options rate -- "$@"
	[ -n "$keep" ] || at_exit 'remove_servers "$CHAOS_DIR"'
	chaos_set_up 5000 1 >&2
	chaos_run stall.py --seed 1 --rate "$rate"
}

# ---- a full disk ---------------------------------------------------------------------------------------

CHAOS_POSTGRES_DISK=400m # of memory; PostgreSQL's files of a run are some 150 MB
CHAOS_KAFKA_DISK=400m

chaos_mount_disks() {
	local postgres
	postgres=$(postgres_data "$CHAOS_DIR")
	mount -t tmpfs -o "size=$CHAOS_POSTGRES_DISK,mode=700,uid=postgres,gid=postgres" lifeline "$postgres"
	mkdir -p "$CHAOS_DIR/kafka/data"
	mount -t tmpfs -o "size=$CHAOS_KAFKA_DISK" lifeline "$CHAOS_DIR/kafka/data"
}

chaos_unmount_disks() {
	local disk
	stop_servers "$CHAOS_DIR"
	for disk in "$CHAOS_DIR/kafka/data" "$(readlink -f "$CHAOS_DIR/postgres")"; do
		! mountpoint -q "$disk" || umount "$disk"
	done
	remove_servers "$CHAOS_DIR"
}

chaos_full_disk() {
	local rate=200 probe
	chaos_options rate -- "$@"
	probe=$(mktemp -d)
	if ! mount -t tmpfs -o size=1m lifeline "$probe" 2>/dev/null; then
		rmdir "$probe"
		say "skipped: a file system of its own can be mounted by root only"
		return 77
	fi
	umount "$probe" && rmdir "$probe"
	chaos_unmount_disks # of a run that was killed
	keep=never # no mounted file system stays behind
	at_exit chaos_unmount_disks
	chaos_set_up 5000 1 chaos_mount_disks >&2
	chaos_run full_disk.py --seed 1 --rate "$rate" --kafka-disk "$CHAOS_DIR/kafka/data" \
		--postgres-disk "$(readlink -f "$CHAOS_DIR/postgres")"
}

# ---- taking over ---------------------------------------------------------------------------------------

# A line's time in milliseconds: the first of the log that has this text.
chaos_logged_at() { # log, text
	date -d "$(grep -m 1 "$2" "$1" | sed 's/^time=\([^ ]*\).*/\1/')" +%s%3N
}

chaos_checkpointed() { # port: nothing lies between the checkpoints and the log
	[ "$(metric "$1" lifeline_checkpoint_lag_records)" = 0 ]
}

chaos_is_queued() { # since: CHAOS_DIR/queue has the times of the county's task records from then on
	kcat -b "$LIFELINE_KAFKA_BOOTSTRAP_SERVERS" -X isolation.level=read_committed -q -e -C \
		-t assistance-tasks.360502 -o beginning -f '%T\n' | awk -v since="$1" '$1 >= since' >"$CHAOS_DIR/queue"
	[ -s "$CHAOS_DIR/queue" ]
}

chaos_has_all() { # log: as many partitions are taken over as were assigned
	local count
	count=$(sed -n 's/.*"partitions assigned" count=\([0-9]*\).*/\1/p' "$1" | tail -n 1)
	[ "$(grep -c '"taken over' "$1")" -ge "${count:-1}" ]
}

chaos_take_over() { # households
	local households=$1 port killed assigned
	ensure_packages test
	ensure_kafka
	build_release tests/bench/bench_load
	remove_servers "$CHAOS_DIR"
	at_exit 'stop_consumers "$CHAOS_DIR"; remove_servers "$CHAOS_DIR"'
	start_servers "$CHAOS_DIR" "$(free_port $((20000 + RANDOM % 2000 * 2)))" "$(free_port $((24000 + RANDOM % 700 * 2)))"
	# shellcheck disable=SC1091
	. "$CHAOS_DIR/env"
	quietly lifeline migrate
	quietly lifeline topics create
	say "a registry of $households households"
	"$ROOT/build/tests/bench/bench_load" registry "$households"
	quietly lifeline policy activate "$ROOT/schemas/policy/national.yaml"
	port=$(free_port 25400)
	say "assess reads it, and checkpoints"
	LIFELINE_LISTEN=127.0.0.1:$port start_consumer "$CHAOS_DIR" assess assess-1
	start_consumer "$CHAOS_DIR" enrich enrich-1
	wait_for_records "$port" "$households"
	wait_for "the checkpoints" 120 chaos_checkpointed "$port" || die "assess does not checkpoint"
	wait_for "enrich" 120 grep -q "taken over" "$CHAOS_DIR/consumers/enrich-1.log" ||
		die "enrich does not start"
	say "kill -9 assess-1, then 1,000 hospital bills, then another assess"
	killed=$(date +%s%3N)
	kill -9 "$(cat "$CHAOS_DIR/consumers/assess-1.pid")"
	"$ROOT/build/tests/bench/bench_load" bills "$households" 1000
	start_consumer "$CHAOS_DIR" assess assess-2
	wait_for "a task" 120 chaos_is_queued "$killed" || die "no task came"
	local log=$CHAOS_DIR/consumers/assess-2.log task all
	wait_for "all partitions" 120 chaos_has_all "$log" || die "not all partitions were taken over"
	assigned=$(chaos_logged_at "$log" "partitions assigned")
	task=$(sort -n "$CHAOS_DIR/queue" | sed -n 1p)
	all=$(date -d "$(grep '"taken over' "$log" | tail -n 1 | sed 's/^time=\([^ ]*\).*/\1/')" +%s%3N)
	grep -E "partitions assigned|taken over" "$log" >&2
	printf 'households %s: the group noticed %s ms after the kill; from then, %s ms to the first task, %s ms to the last partition\n' \
		"$households" $((assigned - killed)) $((task - assigned)) $((all - assigned))
	stop_consumers "$CHAOS_DIR"
	remove_servers "$CHAOS_DIR"
	never_mind
}
