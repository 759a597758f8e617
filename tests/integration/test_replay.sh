#!/usr/bin/env bash
# What was rejected is sent back when the cause is gone: by reason and department, and twice does no
# harm.
. "$(dirname "$0")/deployment.sh"

DAY=2025-06-02
HOUSE=late-1

count() {
	"$HERE/count.py" --json >"$DIR/count.json" || fail "the books do not balance: $(cat "$DIR/count.json")"
}
counted() { value "$DIR/count.json" "$@"; }
replay() { run replay deadletters replay --json "$@"; }
replayed() { value "$DIR/logs/replay.out" "$@"; }
letters() { # reason
	run letters deadletters list --json --reason "$1"
	value "$DIR/logs/letters.out" count
}

deploy
consume_all
DATA=$DIR/county
found_county "$DATA" --seed 11 --households 200 --from 2025-06-01 --days 2
run tick clock --day $DAY

# ---- a house that is reported before its household is registered; a record that nobody can read ------

printf 'inspection_number,household_code,inspected_on,grade,repair_cost_yuan\nI1,%s,%s,D,80000\n' \
	$HOUSE $DAY >"$DIR/housing.csv"
run housing publish --mapping "$LIFELINE_MAPPINGS/housing-damage.yaml" --today $DAY --quiet "$DIR/housing.csv"
printf 'not a message' | kcat -b "$LIFELINE_KAFKA_BOOTSTRAP_SERVERS" -P -t life-events.water -p 0 -k 0123456789abcdef
wait_until_done
count
check "both are dead letters" equal "$(counted dead_lettered)" 2
check "the reason is named" equal "$(letters not-registered)" 1

# ---- choosing --------------------------------------------------------------------------------------

replay --dry-run
check "both would be sent back" equal "$(replayed sent)" 2
replay --dry-run --department housing
check "by the department, also of what assess rejected" equal "$(replayed sent)" 1
replay --dry-run --reason undecodable --stage assess
check "by reason and stage" equal "$(replayed sent)" 0
replay --dry-run --until 2025-06-02
check "by time" equal "$(replayed fitting)" 0
EXPECTED=2 run usage deadletters replay --stage record
wait_until_done
count
check "nothing was sent" equal "$(counted dead_lettered)" 2

# ---- the cause is gone ---------------------------------------------------------------------------------

printf 'household_code,area,category,dibao\n%s,%s,ordinary,no\n' $HOUSE 360502100209 >"$DIR/h.csv"
printf 'household_code,citizen_number,resident,labour,in_school\n%s,%s,yes,no,no\n' \
	$HOUSE 11010519491231002X >"$DIR/p.csv"
run late registry import --households "$DIR/h.csv" --people "$DIR/p.csv" --quiet
replay --reason not-registered
check "one original is sent" equal "$(replayed reasons not-registered)" 1
wait_until_done
"$HERE/count.py" --json >"$DIR/count.json" || true
check "it is decided" equal "$(counted dead_lettered)" 1
TASKS=$(counted tasks_opened) CHANGES=$(counted risk_changes)
check "a task came of it" test "$TASKS" -gt 0

replay --reason not-registered
check "sent once more" equal "$(replayed sent)" 1
wait_until_done
"$HERE/count.py" --json >"$DIR/count.json" || true
check "no task came of that" equal "$(counted tasks_opened)" "$TASKS"
check "no risk changed" equal "$(counted risk_changes)" "$CHANGES"
check "and it was not rejected" equal "$(letters not-registered)" 1

# ---- what is still wrong ---------------------------------------------------------------------------------

replay --reason undecodable
wait_until_done
replay --reason undecodable
check "two letters of one original" equal "$(replayed fitting)" 2
check "it is sent once" equal "$(replayed sent)" 1
wait_until_done
check "it was rejected again" equal "$(letters undecodable)" 3
run verify verify
