#!/usr/bin/env bash
# Stages that are started while Kafka is away wait for it, as long as they are told to, and hear signals.
. "$(dirname "$0")/deployment.sh"

MAPPING=$LIFELINE_MAPPINGS/hospitalisation.yaml
DAY=2025-06-02
STAGES="enrich assess record"

waits() { grep -q '"waiting for Kafka"' "$DIR/logs/$1.log"; }
ended() { gone "$(cat "$DIR/pids/$1")"; }

end_of() { # instance: its exit code
	local status=0
	wait "$(cat "$DIR/pids/$1")" || status=$?
	rm -f "$DIR/pids/$1"
	echo "$status" >"$DIR/status"
}

deploy
found_county "$DIR/county" --seed 11 --households 50 --from 2025-06-01 --days 2
stop_process "$DIR/kafka/pid" 20

for stage in $STAGES; do consume "$stage" "$stage-1"; done
background short-1 assess --instance short-1 --listen off --kafka-wait-s 2
background told-1 assess --instance told-1 --listen off
for instance in enrich-1 assess-1 record-1 told-1; do
	check "$instance says that it waits" wait_for waiting 20 waits $instance
done
stop_gently told-1
check "one that waits stops when it is told to" equal "$STATUS" 0
check "one that has little patience ends" wait_for end 20 ended short-1
end_of short-1
check "with 4" equal "$(cat "$DIR/status")" 4
check "and says why" grep -q '"Kafka cannot be used" reason=' "$DIR/logs/short-1.log"
check "the others are alive" all_alive
check "and say so" "$PROGRAM" health --listen "127.0.0.1:$(cat "$DIR/enrich-1.port")"

start_kafka "$DIR" "$KAFKA_PORT"
person=$(awk -F, 'NR == 2 { print $2 }' "$DIR/county/people.csv")
printf '%s\nB1,0,%s,%s,60000,1000,59000,settled\n' \
	settlement_number,revision,citizen_number,settled_on,total_yuan,reimbursed_yuan,own_share_yuan,state \
	"$person" $DAY >"$DIR/bill.csv"
run bill publish --mapping "$MAPPING" --today $DAY --quiet "$DIR/bill.csv"
run tick clock --day $DAY
wait_until_done
run verify verify
check "the bill is decided" equal "$(value "$DIR/summary.json" decided)" 1
