#!/usr/bin/env bash
# People's decisions: a case on its whole way, step by step, by commands and by tasks that are done;
# what is refused; a hold, exclusion marks, the green channel; the reports; a policy that is looked at
# before it is put in force.
. "$(dirname "$0")/deployment.sh"

DAY=2025-06-02
MAPPING=$LIFELINE_MAPPINGS/hospitalisation.yaml
POLICY=$ROOT/schemas/policy/national.yaml
PERSON=11010519491231002X
OTHER=110105198001010032

status() { sql "SELECT $1 FROM lifeline.household_status WHERE household_key = '\\x$HOUSEHOLD'"; }
state() { status case_state; }
open_task() { # measure: the id of its open task
	sql "SELECT encode(task_id, 'hex') FROM lifeline.task WHERE household_key = '\\x$HOUSEHOLD'
		AND measure = '$1' AND state IN ('open', 'accepted')"
}
decisions() { # in the log
	wait_until_done
	value "$DIR/summary.json" case_decisions
}
item() { # file, keys and indices: a value of the JSON in it
	python3 -c '
import json, sys
value = json.load(open(sys.argv[1]))
for key in sys.argv[2:]:
    value = value[int(key) if key.isdigit() and isinstance(value, list) else key]
print(value)' "$DIR/logs/$1" "${@:2}"
}
says() { grep -q -- "$2" "$DIR/logs/$1"; } # file, text

deploy
consume_all
run policy policy activate "$POLICY"
check "before anything is there, a policy changes nothing" says policy.out "No household is registered yet"
run tick clock --day $DAY
cat >"$DIR/h.csv" <<-END
	household_code,area,category,dibao,exclusion_marks
	H1,360502100209,ex_poor,no,car
	H2,360502100209,ex_poor,no,
END
cat >"$DIR/p.csv" <<-END
	household_code,citizen_number,resident,labour,in_school
	H1,$PERSON,yes,yes,no
	H2,$OTHER,yes,yes,no
END
run import registry import --households "$DIR/h.csv" --people "$DIR/p.csv" --quiet
cat >"$DIR/stay.csv" <<-END
	settlement_number,revision,citizen_number,settled_on,total_yuan,reimbursed_yuan,state
	S1,0,$PERSON,$DAY,9000,1000,valid
	S2,0,$OTHER,$DAY,4000,1000,valid
END
run stay publish --mapping "$MAPPING" --today $DAY --json "$DIR/stay.csv"
wait_until_done
HOUSEHOLD=$(sql "SELECT encode(household_key, 'hex') FROM lifeline.household_status WHERE case_state = 'lead'")
SHORT=${HOUSEHOLD:0:6}
check "the stay makes a lead" equal "$(state)" lead
check "in sudden difficulty" equal "$(status household_group)" sudden_difficulty

run list case list --county 360502 --group sudden_difficulty --json
check "the list has it" equal "$(value "$DIR/logs/list.out" case)" lead
run show case show "$SHORT"
check "the case is shown with its next steps" says show.out 'Next steps'
check "and its other tasks" says show.out 'Open tasks'
check "and its dimensions" says show.out 'drinking water  not known'
check "and the mark that is to be decided" says show.out 'car (to be decided)'
check "and what is possible" says show.out 'green-channel'
check "and its history" says show.out 'none → lead'
run tasks tasks --household "$SHORT" --json
check "tasks are found by the first digits" equal "$(wc -l <"$DIR/logs/tasks.out")" \
	"$(sql "SELECT count(*) FROM lifeline.task WHERE household_key = '\\x$HOUSEHOLD' AND state = 'open'")"

# ---- what is refused -------------------------------------------------------------------------------

EXPECTED=1 run early case monitor "$SHORT" --by county --reason "too early"
check "a lead is not monitored without a visit" says early.err "possible are confirm, reject"
EXPECTED=2 run nobody case confirm "$SHORT" --reason "seen"
EXPECTED=2 run why case confirm "$SHORT" --by team-4
EXPECTED=2 run phone case confirm "$SHORT" --by team-4 --reason "call 13912345678"
EXPECTED=1 run other case confirm 00000000 --by team-4 --reason "seen"
EXPECTED=2 run both case confirm "$SHORT" --code H1 --by team-4 --reason "seen"
EXPECTED=2 run twice case confirm "$SHORT" --by team-4 --reason "seen" --secure food --at-risk food
EXPECTED=2 run unseen case confirm "$SHORT" --by team-4 --reason "seen" --secure income
check "nothing of this is in the log" equal "$(decisions)" 0

# ---- the whole way ----------------------------------------------------------------------------------

run confirm case confirm "$SHORT" --by team-4 --reason "costs seen" --secure 吃、穿 --at-risk housing
check "the visit confirms it" equal "$(state)" verified
run again case confirm "$SHORT" --by team-4 --reason "costs seen" --secure food,clothing --at-risk housing
check "the same again is the same" equal "$(state)" verified
check "the visit's task is done with it" equal "$(open_task visit)" ""
run seen case show "$SHORT" --lang zh
check "what the visit saw is known" says seen.out '吃              有保障'
check "and what it saw at risk" says seen.out '住房安全        存在风险'

run hold case hold "$SHORT" --by county --reason "to be looked at"
check "the hold is recorded" equal "$(status held)" t
run held case list --held --json
check "and listed" equal "$(value "$DIR/logs/held.out" held)" True
run unhold case unhold --code H1 --by county --reason "looked at"
check "and lifted" equal "$(status held)" f
run green case green-channel "$SHORT" --by county --reason "cannot wait"
wait_until_done
run green-show case show "$SHORT" --json
check "the green channel is open" equal "$(head -n 1 "$DIR/logs/green-show.out" |
	python3 -c 'import json, sys; print(json.load(sys.stdin)["green_channel"])')" True

run village tasks done "$(open_task village_review)" --by village --note "no objection"
check "a step that is done is the decision" equal "$(state)" reviewed
run township case township-confirm "$SHORT" --by township --reason "papers complete"
check "the township agrees" equal "$(state)" checked
EXPECTED=1 run marks case monitor "$SHORT" --by county --reason "notice over"
check "marks come first" says marks.err "waive-marks"
EXPECTED=1 run marks-task tasks done "$(open_task county_decision)" --by county
check "for the task as well" says marks-task.err "waive-marks"
run waive case waive-marks "$SHORT" --by county --reason "needed for work"
wait_until_done
run monitor case monitor --code H1 --by county --reason "notice over"
check "the county takes it in" equal "$(state)" monitored
EXPECTED=1 run monitor2 case monitor "$SHORT" --by county --reason "notice over"
check "once is enough" says monitor2.err "already"

run share report share --json
check "its person is the monitored one of two" equal "$(item share.out areas 1 share_permille)" 500
check "which is above the band" equal "$(item share.out areas 1 verdict)" above

run eliminate case eliminate "$SHORT" --by county --reason "stable"
check "the risk is eliminated" equal "$(state)" eliminated
run quality report quality --json
check "too early, says the report" equal "$(value "$DIR/logs/quality.out" counts eliminated_early)" 1
check "and names it" equal "$(item quality.out findings 0 household_key)" "$HOUSEHOLD"
run release case release "$SHORT" --by county --reason "observed, stable"
check "it is released" equal "$(state)" none
check "ten decisions are in the log, one of them twice" equal "$(decisions)" 10
run letters deadletters list
check "none was rejected" says letters.out "No dead letters"
run history case show "$HOUSEHOLD" --lang zh
check "the history is whole" equal "$(grep -c ' → .*级别' "$DIR/logs/history.out")" \
	"$(sql "SELECT count(*) FROM lifeline.risk_change WHERE household_key = '\\x$HOUSEHOLD'")"
run story explain "$SHORT" --lang en
check "the story tells the release" says story.out "monitoring ends"
run verify verify
check "one run over the log says the same" says verify.out "0 lost, 0 doubled"

# ---- another policy ----------------------------------------------------------------------------------

sed -e 's/^version: .*/version: "2020.1-strict"/' \
	-e 's/^\(  medical_line_ex_poor:\).*/\1 2000 yuan/' "$POLICY" >"$DIR/strict.yaml"
run preview policy activate "$DIR/strict.yaml" --preview --json
NEW=$(value "$DIR/logs/preview.out" preview tasks new)
check "the other household would become a lead" equal "$(value "$DIR/logs/preview.out" preview leads)" 1
check "with new tasks" test "$NEW" -gt 0
check "nothing is published by looking" equal "$(value "$DIR/logs/preview.out" activated)" False
EXPECTED=1 run many policy activate "$DIR/strict.yaml" --max-new-tasks 0
check "more new tasks than agreed need their number" says many.err "--yes-new-tasks $NEW"
BEFORE=$(sql "SELECT count(*) FROM lifeline.task")
check "and nothing is published" equal "$(wait_until_done; value "$DIR/summary.json" policies)" 1
run strict policy activate "$DIR/strict.yaml" --max-new-tasks 0 --yes-new-tasks "$NEW"
wait_until_done
check "what was shown is what happens" equal "$(sql "SELECT count(*) FROM lifeline.task")" $((BEFORE + NEW))
