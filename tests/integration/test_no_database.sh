#!/usr/bin/env bash
# While the database is away events are still decided, also by an enrich that starts only then.
. "$(dirname "$0")/deployment.sh"

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

deploy
consume_all
DATA=$DIR/county
found_county "$DATA" --seed 11 --households 200 --from 2025-06-01 --days 2
run tick clock --day $DAY
wait_until_done
bill 1
check "a task comes" wait_for task 30 more_than 0

stop_postgres "$DIR"
BEFORE=$(queued)
bill 2
check "a task comes while the database is away" wait_for task 30 more_than "$BEFORE"

kill_hard enrich-1
consume enrich enrich-1
BEFORE=$(queued)
bill 3
check "and after enrich was killed and started again" wait_for task 30 more_than "$BEFORE"
check "it says so" grep -q "starting although the database is away" "$DIR/logs/enrich-1.log"

start_postgres "$DIR" "$POSTGRES_PORT"
wait_until_done
run verify verify
check "the tables have it all" "$HERE/compare_rows.py"
