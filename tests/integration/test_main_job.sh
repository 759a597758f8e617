#!/usr/bin/env bash
# The main job: a county, its registry, its policy and forty days with a flood. What lifeline says of
# itself is compared with what an independent reader counts; then the same files come again; then
# every topic, log and page is searched for personal data.
. "$(dirname "$0")/deployment.sh"

deploy
consume_all
DATA=$DIR/county
found_county "$DATA" --seed 7 --households 1500 --from 2025-06-01 --days 40
play play "$DATA"
wait_until_done

"$HERE/count.py" --json --expect "$DIR/summary.json" >"$DIR/count.json" ||
	fail "an independent reader counts otherwise: $(cat "$DIR/count.json")"
cat "$DIR/count.json"
counted() { value "$DIR/count.json" "$@"; }

check "in = decided + held + dead-lettered, by lifeline" equal \
	"$(value "$DIR/summary.json" in)" \
	$(($(value "$DIR/summary.json" decided) + $(value "$DIR/summary.json" held) + $(value "$DIR/summary.json" dead_lettered)))
check "in = decided + held + dead-lettered, by an independent reader" equal \
	"$(counted in)" $(($(counted decided) + $(counted held) + $(counted dead_lettered)))
check "everything that play published came in" equal \
	"$(counted records)" "$(value "$DIR/logs/play.out" published)"
check "somebody is held: persons whom no registry names" test "$(counted held)" -gt 0
check "tasks were opened" test "$(counted tasks_opened)" -gt 0
check "one tick a day in each of four partitions" equal "$(counted household_events tick)" 160
check "rows are as the topics" "$HERE/compare_rows.py"

# ---- the same files again ---------------------------------------------------------------------------

play play-again "$DATA"
wait_until_done
"$HERE/count.py" --json --expect "$DIR/summary.json" >"$DIR/count-again.json" ||
	fail "the second time the books do not balance"
for name in in decided held dead_lettered task_changes tasks_opened risk_changes escalations; do
	check "published again, $name stays" equal "$(value "$DIR/count-again.json" $name)" "$(counted $name)"
done
check "every record did come twice" equal "$(value "$DIR/count-again.json" records)" $((2 * $(counted records)))

# ---- personal data -----------------------------------------------------------------------------------

for instance in enrich-1 assess-1 assess-2 record-1; do
	metrics $instance >"$DIR/logs/$instance.metrics"
	check "$instance serves metrics" grep -q '^lifeline_records_in_total [1-9]' "$DIR/logs/$instance.metrics"
done
check "the search finds personal data where there are some" \
	"$HERE/search_private.py" --people "$DATA/people.csv" --expect-all "$DATA/people.csv"
check "no citizen number, name or phone in any topic, log or metric" \
	"$HERE/search_private.py" --people "$DATA/people.csv" --known "$ROOT/schemas/policy/national.yaml" \
	--topics "$DIR"/logs/*
