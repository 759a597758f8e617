# The main job, end to end, on a Kafka and a PostgreSQL of its own; sourced by ./dev.

DEMO_DIR=$LOCAL/demo
DEMO_HOUSEHOLDS=${LIFELINE_DEMO_HOUSEHOLDS:-20500}
DEMO_SEED=2025
DEMO_FROM=2025-01-01
DEMO_POLICY_FROM=2025-07-01 # from its midnight on the city's lines are higher
DEMO_LIVE_FROM=2025-12-01 # from here on at a steady rate, to measure latency
DEMO_TO=2025-12-31
DEMO_RATE=300 # events a second in the live month

lifeline() { "$ROOT/build/lifeline" "$@"; }

step() {
	say "lifeline ${*//"$ROOT/"/}"
	lifeline "$@"
}

# start_consumer DIR STAGE INSTANCE
start_consumer() {
	mkdir -p "$1/consumers"
	is_running "$1/consumers/$3.pid" && return 0
	(
		trap '' INT
		exec setsid "$ROOT/build/lifeline" "$2" --instance "$3"
	) >>"$1/consumers/$3.log" 2>&1 </dev/null &
	echo $! >"$1/consumers/$3.pid"
}

start_consumers() { # directory
	say "starting consumers: one enrich, two assess, one record (logs in ${1#"$ROOT"/}/consumers)"
	start_consumer "$1" enrich enrich-1
	start_consumer "$1" assess assess-1
	start_consumer "$1" assess assess-2
	start_consumer "$1" record record-1
}

stop_consumers() { # directory
	local pid
	for pid in "$1"/consumers/*.pid; do
		if is_running "$pid"; then kill "$(cat "$pid")" 2>/dev/null || true; fi
	done
	for pid in "$1"/consumers/*.pid; do
		if [ -e "$pid" ]; then stop_process "$pid" 20; fi
	done
}

demo_stop() {
	stop_consumers "$DEMO_DIR"
	stop_servers "$DEMO_DIR"
}

demo_set_up() {
	ensure_packages all
	ensure_kafka
	build_release
	demo_stop
	remove_servers "$DEMO_DIR"
	local kafka postgres
	kafka=$(free_port 19392)
	postgres=$(free_port 15732)
	say "starting a Kafka (127.0.0.1:$kafka) and a PostgreSQL (127.0.0.1:$postgres) for the demo"
	start_servers "$DEMO_DIR" "$kafka" "$postgres"
	# shellcheck disable=SC1091
	. "$DEMO_DIR/env"
	step migrate
	step topics create
}

# rows rejected (3) are part of the demo; anything else but 0 is not
or_some_rejected() {
	"$@" || [ $? = 3 ]
}

day_before() { date -d "$1 - 1 day" +%F; }

# The national policy with a higher line in the city and in one of its counties. What it will do to the
# households there are is shown before it is published; it takes effect at midnight.
demo_new_policy() {
	local file=$DEMO_DIR/city-$DEMO_POLICY_FROM.yaml
	say "the city raises its lines from the midnight of $DEMO_POLICY_FROM on: ${file#"$ROOT"/}"
	sed -e 's/^version: .*/version: "2025.2"/' -e "s/^effective_on: .*/effective_on: $DEMO_POLICY_FROM/" \
		-e 's/income_line: 7200 yuan/income_line: 8000 yuan/' \
		-e 's/income_line: 7000 yuan/income_line: 7600 yuan/' \
		"$ROOT/schemas/policy/national.yaml" >"$file"
	step policy diff "$ROOT/schemas/policy/national.yaml" "$file"
	step policy activate "$file" --max-new-tasks 100000
}

demo_year() {
	local data=$DEMO_DIR/data
	step policy activate "$ROOT/schemas/policy/national.yaml"
	step simulate make --out "$data" --seed "$DEMO_SEED" --households "$DEMO_HOUSEHOLDS" \
		--from "$DEMO_FROM" --days 365
	or_some_rejected step registry import --households "$data/households.csv" \
		--people "$data/people.csv"
	say "a year, day by day: the day's tick, alerts, and what each department exported"
	or_some_rejected step simulate play "$data" --to "$(day_before "$DEMO_POLICY_FROM")"
	say "waiting until everything published is decided and recorded"
	quietly lifeline summary --wait 120
	demo_new_policy
	or_some_rejected step simulate play "$data" --from "$DEMO_POLICY_FROM" \
		--to "$(day_before "$DEMO_LIVE_FROM")"
	say "waiting until everything published is decided and recorded"
	quietly lifeline summary --wait 120
	DEMO_LIVE_SINCE=$(date -u +%Y-%m-%dT%H:%M:%SZ)
	say "the last month at $DEMO_RATE events a second, to see how soon a task follows its event"
	or_some_rejected step simulate play "$data" --from "$DEMO_LIVE_FROM" --to "$DEMO_TO" \
		--rate "$DEMO_RATE"
	demo_county_team
	quietly lifeline summary --wait 120
	say "the same log, decided once more by one thread from the beginning: is anything lost or doubled?"
	lifeline verify
}

# The three most urgent visits of a county are made, and reported back; one of these households goes
# the whole way to a monitored one.
demo_county_team() {
	local id household
	say "a county team at work: three visits are accepted and done"
	household=$(household_with --county 360502 --measure visit)
	for id in $(lifeline tasks --county 360502 --measure visit --limit 3 --json |
		sed -n 's/.*"task_id":"\([0-9a-f]*\)".*/\1/p'); do
		lifeline tasks accept "$id" --by team-4
		lifeline tasks done "$id" --by team-4 --note "visited; the need is confirmed"
	done
	say "village, township and county decide about household ${household:0:8}"
	lifeline case village-confirm "$household" --by village-committee --reason "nobody objected to the notice"
	lifeline case township-confirm "$household" --by township --reason "compared with the departments"
	lifeline case monitor "$household" --by county-office --reason "taken in"
}

household_with() { # options of `lifeline tasks`: a household with such a task
	lifeline tasks --json --limit 1 "$@" |
		sed -n 's/.*"household_key":"\([0-9a-f]*\)".*/\1/p' | head -n 1
}

demo_stories() {
	local options household
	for options in "--state done --measure county_decision" "--all --measure job_support" \
		"--all --measure disaster_inspection"; do
		# shellcheck disable=SC2086
		household=$(household_with $options)
		[ -n "$household" ] || continue
		echo
		lifeline explain "$household"
	done
}

demo_look_further() {
	cat <<-END

	To look further:
	  ./dev up demo                              starts the demo's servers and consumers again
	  . .local/demo/env                          so that these know where they are:
	  build/lifeline tasks --county 360502       a county team's list (--follow: as they arrive)
	  build/lifeline tasks show ID               one task with its reasons
	  build/lifeline explain HOUSEHOLD           a household's story
	  build/lifeline deadletters list            what was rejected, and why
	  build/lifeline summary                     these figures again
	  ./dev down                                 stops everything
	END
}

demo() {
	local json="" keep=""
	while [ $# -gt 0 ]; do
		case $1 in
		--json) json=1 ;;
		--keep) keep=1 ;;
		*) die "demo takes --json and --keep" ;;
		esac
		shift
	done
	at_exit demo_stop
	demo_set_up >&2
	start_consumers "$DEMO_DIR"
	demo_year >&2
	if [ -n "$json" ]; then
		lifeline summary --wait 120 --since "$DEMO_LIVE_SINCE" --json | tail -n 1
	else
		lifeline summary --wait 120 --since "$DEMO_LIVE_SINCE"
		demo_stories
	fi
	if [ -n "$keep" ]; then
		never_mind
		say "servers and consumers keep running; ./dev down stops them"
	else
		demo_stop
		never_mind
	fi
	[ -n "$json" ] || demo_look_further
}

up_demo() {
	[ -s "$DEMO_DIR/env" ] || die "there is no demo yet: run ./dev demo first"
	# shellcheck disable=SC1091
	. "$DEMO_DIR/env"
	local kafka=${LIFELINE_KAFKA_BOOTSTRAP_SERVERS##*:} postgres
	postgres=$(sed -n 's/.*port=\([0-9]*\).*/\1/p' "$DEMO_DIR/env")
	at_exit demo_stop
	start_servers "$DEMO_DIR" "$kafka" "$postgres"
	start_consumers "$DEMO_DIR"
	never_mind
	say "up. In your shell:  . .local/demo/env   then  build/lifeline tasks --county 360502"
}
