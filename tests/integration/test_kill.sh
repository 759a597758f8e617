#!/usr/bin/env bash
# kill -9, again and again, while events flow; at the end nothing is lost and nothing is doubled.
. "$(dirname "$0")/deployment.sh"

# Killed and started again under its own name, as a supervisor does.
kill_and_restart() { # instances...
	local instance
	for instance in "$@"; do kill_hard "$instance"; done
	for instance in "$@"; do consume "${instance%-*}" "$instance"; done
	KILLS=$((KILLS + $#))
	sleep 2
}

deploy
consume_all
DATA=$DIR/county
found_county "$DATA" --seed 5 --households 5000 --from 2025-04-01 --days 90

(play flow "$DATA" --rate "${LIFELINE_TEST_RATE:-100}") &
FLOW=$!
KILLS=0 ROUNDS=0
sleep 2
while [ $ROUNDS -lt 1 ] || kill -0 $FLOW 2>/dev/null; do
	kill_and_restart assess-1
	kill_and_restart enrich-1
	kill_and_restart record-1
	kill_and_restart assess-2
	kill_and_restart assess-1 assess-2
	kill_and_restart enrich-1 assess-2 record-1
	ROUNDS=$((ROUNDS + 1))
done
wait $FLOW || fail "the events did not all get through"
printf '%d kills in %d rounds\n' $KILLS $ROUNDS
# The same events once more: facts that are known already change nothing.
play again "$DATA" --from 2025-06-10
wait_until_done

"$HERE/count.py" --json --expect "$DIR/summary.json" >"$DIR/count.json" ||
	fail "lost or doubled: $(cat "$DIR/count.json")"
cat "$DIR/count.json"
check "nothing is lost, nothing enriched twice, by an independent reader" test -s "$DIR/count.json"
run verify verify --wait 30 --json
cat "$DIR/logs/verify.out"
check "rows are as the topics" "$HERE/compare_rows.py"

# ---- these checks can fail --------------------------------------------------------------------------------

stop_gently assess-1
stop_gently assess-2
"$HERE/publish_again.py" risk-changes
EXPECTED=1 run doubled verify --wait 0 --json
check "verify sees one risk change that came twice" equal "$(value "$DIR/logs/doubled.out" doubled)" 1
"$HERE/publish_again.py" household-events --life-event
if "$HERE/count.py" --json >"$DIR/count.json"; then fail "the reader does not see a doubled event"; fi
check "the reader sees one event that was enriched twice" equal "$(value "$DIR/count.json" doubled)" 1
