#!/usr/bin/env bash
# Every command that runs until it is stopped ends in order; what it stood at is checkpointed. And
# PostgreSQL may be away while events flow: tasks keep coming.
. "$(dirname "$0")/deployment.sh"

MAPPING=$LIFELINE_MAPPINGS/hospitalisation.yaml
OUTAGE_S=10

tasks_so_far() {
	kcat -b "$LIFELINE_KAFKA_BOOTSTRAP_SERVERS" -X isolation.level=read_committed \
		-X fetch.wait.max.ms=10 -q -C -e -o beginning -f '.' -t "assistance-tasks.$1" | wc -c
}

all_tasks_so_far() { echo $(($(tasks_so_far 360502) + $(tasks_so_far 360521))); }

# Committed offsets of the group as Kafka's own tool tells them: partition=offset, sorted.
committed() {
	kafka_java "$DIR/kafka" 128m org.apache.kafka.tools.consumer.group.ConsumerGroupCommand \
		--bootstrap-server "$LIFELINE_KAFKA_BOOTSTRAP_SERVERS" --describe --offsets \
		--group lifeline-assess 2>/dev/null |
		awk '$2 == "household-events" { print $3 "=" $4 }' | sort
}

checkpointed() {
	sql "SELECT partition || '=' || next_offset FROM lifeline.checkpoint
	     WHERE stage = 'assess' ORDER BY partition" | sort
}

ready() { # count of partitions, instances...
	local wanted=$1 instance sum=0 running
	shift
	for instance in "$@"; do
		running=$(metrics "$instance" | sed -n 's/^lifeline_partitions{state="running"} //p')
		sum=$((sum + ${running:-0}))
	done
	[ $sum = "$wanted" ]
}

deploy
consume_all
DATA=$DIR/county
found_county "$DATA" --seed 3 --households 2000 --from 2025-03-01 --days 120
wait_for "assess" 30 ready 4 assess-1 assess-2 || fail "assess did not become ready"

# ---- PostgreSQL is away --------------------------------------------------------------------------------

# Names go to PostgreSQL: what the registry learns late is imported before it is away.
LATE=$(value "$DATA/plan.json" late_registry_on)
play until-late "$DATA" --to "$LATE"
(play flow "$DATA" --from "$(date -d "$LATE + 1 day" +%F)" --rate 30) &
FLOW=$!
wait_for "first tasks" 30 eval '[ "$(all_tasks_so_far)" -gt 0 ]' || fail "no task comes"
stop_postgres "$DIR"
STOPPED=$SECONDS
sleep 1
BEFORE=$(all_tasks_so_far)
sleep $((OUTAGE_S - 2))
AFTER=$(all_tasks_so_far)
all_alive
kill -0 $FLOW 2>/dev/null || fail "the events ended before the outage did: nothing was tried"
sleep $((OUTAGE_S - (SECONDS - STOPPED) > 0 ? OUTAGE_S - (SECONDS - STOPPED) : 0))
start_postgres "$DIR" "$POSTGRES_PORT"
printf '%d task changes before, %d after %d s without PostgreSQL\n' "$BEFORE" "$AFTER" $((OUTAGE_S - 2))
check "tasks keep arriving in the queues while PostgreSQL is away" test "$AFTER" -gt "$BEFORE"
wait $FLOW || fail "the events did not all get through"
wait_until_done
"$HERE/count.py" --json --expect "$DIR/summary.json" >"$DIR/count.json" ||
	fail "the books do not balance after the outage: $(cat "$DIR/count.json")"
check "rows are as the topics after the outage" "$HERE/compare_rows.py"

# ---- stopping --------------------------------------------------------------------------------------------

background clock-1 clock --listen off
background follow-1 tasks --county 360502 --follow
wait_for "the clock" 10 grep -q 'event="tick"' "$DIR/logs/clock-1.log" || fail "the clock does not run"
sleep 1
wait_until_done
for instance in follow-1 clock-1 enrich-1 assess-1 assess-2 record-1; do
	stop_gently $instance
	check "$instance ends with 0 on SIGTERM, in $TOOK_MS ms" equal "$STATUS" 0
done
K=$(committed)
C=$(checkpointed)
printf 'k: %s\nc: %s\n' "$(echo $K)" "$(echo $C)"
check "four partitions are committed" equal "$(wc -l <<<"$K")" 4
check "a clean stop checkpoints to k" equal "$C" "$K"

consume assess assess-1
wait_for "assess" 30 ready 4 assess-1 || fail "assess did not become ready again"
LOG=$DIR/logs/assess-1.log
check "the next start takes over at k" equal \
	"$(tail -n 20 "$LOG" | sed -n 's/.*event="taken over" .*partition=\([0-9]*\) from=\([0-9]*\) committed=\2 .*/\1=\2/p' | tail -n 4 | sort)" "$K"
stop_gently assess-1
check "assess-1 ends with 0 again" equal "$STATUS" 0
