#!/usr/bin/env bash
# People's decisions: a case on its whole way, what is refused, the same twice, a hold.
. "$(dirname "$0")/deployment.sh"

DAY=2025-06-02
MAPPING=$LIFELINE_MAPPINGS/hospitalisation.yaml
PERSON=11010519491231002X

state() { sql "SELECT case_state FROM lifeline.household_status WHERE household_key = '\\x$HOUSEHOLD'"; }
decisions() { # in the log
	wait_until_done
	value "$DIR/summary.json" case_decisions
}

deploy
consume_all
run policy policy activate "$ROOT/schemas/policy/national.yaml"
run tick clock --day $DAY
printf 'household_code,area,category,dibao\n%s,%s,ex_poor,no\n' H1 360502100209 >"$DIR/h.csv"
printf 'household_code,citizen_number,resident,labour,in_school\n%s,%s,yes,no,no\n' \
	H1 $PERSON >"$DIR/p.csv"
run import registry import --households "$DIR/h.csv" --people "$DIR/p.csv" --quiet
printf 'settlement_number,revision,citizen_number,settled_on,total_yuan,reimbursed_yuan,state\nS1,0,%s,%s,9000,1000,valid\n' \
	$PERSON $DAY >"$DIR/stay.csv"
run stay publish --mapping "$MAPPING" --today $DAY --json "$DIR/stay.csv"
wait_until_done
HOUSEHOLD=$(sql "SELECT encode(household_key, 'hex') FROM lifeline.household_status")
SHORT=${HOUSEHOLD:0:6}
check "the stay makes a lead" equal "$(state)" lead

run list case list --county 360502 --json
check "the list has it" equal "$(value "$DIR/logs/list.out" case)" lead
run show case show "$SHORT"
check "the case is shown with its tasks" grep -q 'Open tasks' "$DIR/logs/show.out"
check "and its history" grep -q 'none → lead' "$DIR/logs/show.out"

# ---- what is refused -------------------------------------------------------------------------------

EXPECTED=1 run early case monitor "$SHORT" --by county --reason "too early"
check "a lead is not monitored without a visit" grep -q "possible are confirm, reject" "$DIR/logs/early.err"
EXPECTED=2 run nobody case confirm "$SHORT" --reason "seen"
EXPECTED=2 run why case confirm "$SHORT" --by team-4
EXPECTED=2 run phone case confirm "$SHORT" --by team-4 --reason "call 13912345678"
EXPECTED=1 run other case confirm 00000000 --by team-4 --reason "seen"
EXPECTED=2 run both case confirm "$SHORT" --code H1 --by team-4 --reason "seen"
check "nothing of this is in the log" equal "$(decisions)" 0

# ---- the whole way ----------------------------------------------------------------------------------

run confirm case confirm "$SHORT" --by team-4 --reason "costs seen"
check "the visit confirms it" equal "$(state)" verified
run again case confirm "$SHORT" --by team-4 --reason "costs seen"
check "the same again is the same" equal "$(state)" verified
run hold case hold "$SHORT" --by county --reason "a car is registered, to be looked at"
run unhold case unhold --code H1 --by county --reason "sold"
run monitor case monitor --code H1 --by county --reason "notice over"
check "the county takes it in" equal "$(state)" monitored
EXPECTED=1 run monitor2 case monitor "$SHORT" --by county --reason "notice over"
check "once is enough" grep -q "already" "$DIR/logs/monitor2.err"
run eliminate case eliminate "$SHORT" --by county --reason "stable for six months"
check "the risk is eliminated" equal "$(state)" eliminated
run release case release "$SHORT" --by county --reason "observed, stable"
check "it is released" equal "$(state)" none
check "seven decisions are in the log, one of them twice" equal "$(decisions)" 7
run letters deadletters list
check "none was rejected" grep -q "No dead letters" "$DIR/logs/letters.out"
run history case show "$HOUSEHOLD" --lang zh
check "the history is whole" equal "$(grep -c ' → ' "$DIR/logs/history.out")" 5
