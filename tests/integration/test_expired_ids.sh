#!/usr/bin/env bash
# Kafka forgets who has not written for a week (transactional.id.expiration.ms) or a day
# (producer.id.expiration.ms). Here it does after two seconds, and everybody is idle for longer: stages and
# the clock go on all the same, and nothing is lost or doubled.
. "$(dirname "$0")/deployment.sh"

KAFKA_PROPERTIES='transactional.id.expiration.ms=2000
transaction.remove.expired.transaction.cleanup.interval.ms=500
producer.id.expiration.ms=2000
producer.id.expiration.check.interval.ms=500'
IDLE=8
ROUNDS=4 # each stage has two producers, which take turns
DAY=2025-06-02
MAPPING=$LIFELINE_MAPPINGS/hospitalisation.yaml

queued() { # the records of a county's queue
	kcat -b "$LIFELINE_KAFKA_BOOTSTRAP_SERVERS" -X isolation.level=read_committed -q -e -C \
		-t assistance-tasks.360502 -o beginning -f '%o\n' | wc -l
}
more_than() { [ "$(queued)" -gt "$1" ]; }

bill() { # number: a large hospital bill of the number-th household's first member
	local person
	person=$(awk -F, -v n="$1" '$1 ~ /^360502/ && !($1 in seen) { seen[$1] = 1; if (++i == n) print $2 }' \
		"$DATA/people.csv")
	printf '%s\nB%s,0,%s,%s,60000,1000,59000,settled\n' \
		settlement_number,revision,citizen_number,settled_on,total_yuan,reimbursed_yuan,own_share_yuan,state \
		"$1" "$person" $DAY >"$DIR/bill.csv"
	run "bill$1" publish --mapping "$MAPPING" --today $DAY --quiet "$DIR/bill.csv"
}

# As a supervisor: what ends with 4 is started again.
supervise() { # stage, instance
	(
		while :; do
			status=0
			"$PROGRAM" "$1" --instance "$2" --listen off || status=$?
			[ $status = 4 ] || exit $status
			echo "started again"
			sleep 1
		done
	) >>"$DIR/logs/$2.log" 2>&1 </dev/null &
	echo $! >"$DIR/pids/$2"
}

forgotten() { # log: the broker did not know the producer any more
	grep -q "producer id that is not currently\|producer id which is not currently\|Unknown Producer Id\|INVALID_PRODUCER_ID_MAPPING" "$1"
}

deploy
DATA=$DIR/county
found_county "$DATA" --seed 11 --households 200 --from 2025-06-01 --days 2
run tick clock --day $DAY
supervise enrich enrich-1
supervise assess assess-1
supervise record record-1
bill 1
check "a task comes" wait_for task 30 more_than 0

"${BROADCAST_IDLE:-$ROOT/build/tests/integration/broadcast_idle}" $IDLE 2025-06-03 $ROUNDS >"$DIR/logs/clock.log" 2>&1 &
CLOCK=$!
for round in $(seq 2 $((ROUNDS + 1))); do
	sleep $IDLE
	BEFORE=$(queued)
	bill "$round"
	check "a task comes after $IDLE s of silence" wait_for task 40 more_than "$BEFORE"
done
STATUS=0
wait $CLOCK || STATUS=$?
check "the clock goes on" equal "$STATUS" 0
for name in enrich-1 assess-1; do
	check "the broker had forgotten $name" forgotten "$DIR/logs/$name.log"
	# Each of a stage's two producers once for each silence; not again and again until there are outputs.
	check "$name did its work again a few times only" \
		equal "$(($(grep -c '"commit failed' "$DIR/logs/$name.log") <= 2 * 2 * ROUNDS))" 1
done
printf 'started again: %s\n' "$(cat "$DIR"/logs/*-1.log | grep -c "^started again")"

wait_until_done
check "each bill is decided" equal "$(value "$DIR/summary.json" decided)" $((ROUNDS + 1))
run verify verify
check "the tables have it all" "$HERE/compare_rows.py"
check "an independent count agrees" "$HERE/count.py" --expect "$DIR/summary.json"
