#!/usr/bin/env bash
# One event at a time: how soon its task is seen; rows that are wrong; a person who comes later.
. "$(dirname "$0")/deployment.sh"

MAPPING=$LIFELINE_MAPPINGS/hospitalisation.yaml
DAY=2025-06-02

count() {
	"$HERE/count.py" --json >"$DIR/count.json" || fail "the books do not balance: $(cat "$DIR/count.json")"
}
counted() { value "$DIR/count.json" "$@"; }

deploy
consume_all
DATA=$DIR/county
found_county "$DATA" --seed 11 --households 400 --from 2025-06-01 --days 3
run tick clock --day $DAY
wait_until_done

# ---- follow -----------------------------------------------------------------------------------------

"$HERE/time_follow.py" --lifeline "$PROGRAM" --mapping "$MAPPING" --people "$DATA/people.csv" \
	--county 360502 --day $DAY --events 5 >"$DIR/follow.json" || fail "a task was not shown"
cat "$DIR/follow.json"
check "tasks --follow shows a task soon" test "$(value "$DIR/follow.json" follow most)" -lt 5000
check "kcat, read_committed, shows it soon" test "$(value "$DIR/follow.json" kcat most)" -lt 5000

# ---- wrong rows --------------------------------------------------------------------------------------

wait_until_done
count
BEFORE_IN=$(counted in) BEFORE_DECIDED=$(counted decided)

printf 'settlement_number,rev,citizen_number,settled_on,total_yuan,reimbursed_yuan,state\n' >"$DIR/header.csv"
EXPECTED=1 run header publish --mapping "$MAPPING" --today $DAY "$DIR/header.csv"
check "a missing column is named" grep -q "lacks the column 'revision'" "$DIR/logs/header.err"
check "the columns that are there are listed" \
	grep -q 'settlement_number, rev, citizen_number, settled_on, total_yuan' "$DIR/logs/header.err"

"$HERE/bad_rows.py" make "$DIR/bad.csv" "$DATA/people.csv"
EXPECTED=3 run bad publish --mapping "$MAPPING" --today $DAY --json "$DIR/bad.csv"
check "each bad row is rejected with its line, field and reason" \
	"$HERE/bad_rows.py" check "$DIR/bad.csv" "$DIR/logs/bad.out"
wait_until_done
count
check "four good rows are decided" equal "$(counted decided)" $((BEFORE_DECIDED + 4))
check "the unknown person's row is held" equal "$(counted held)" 1
check "nothing of the bad rows came in" equal "$(counted in)" $((BEFORE_IN + 5))
check "nothing is a dead letter" equal "$(counted dead_lettered)" 0

# ---- the person comes -----------------------------------------------------------------------------------

printf 'household_code,area,category,dibao\n%s,%s,ordinary,no\n' late-1 360502100209 >"$DIR/h.csv"
printf 'household_code,citizen_number,resident,labour,in_school\n%s,%s,yes,no,no\n' \
	late-1 11010519491231002X >"$DIR/p.csv"
run late registry import --households "$DIR/h.csv" --people "$DIR/p.csv" --quiet
wait_until_done
count
check "the held event is released" equal "$(counted held)" 0
check "and decided" equal "$(counted decided)" $((BEFORE_DECIDED + 5))

# A department that numbers carelessly: none of the persons' events may take another's place.
"$HERE/bad_rows.py" strangers "$DIR/strangers.csv" 12
run strangers publish --mapping "$MAPPING" --today $DAY "$DIR/strangers.csv"
wait_until_done
count
check "twelve unknown persons with one number are held, each" equal "$(counted held)" 12

check "no personal data anywhere" "$HERE/search_private.py" --people "$DATA/people.csv" \
	--known "$ROOT/schemas/policy/national.yaml" --topics "$DIR"/logs/*
