#!/bin/sh
# A seed is all there is to know of a schedule: run twice, it does the same, to the last call.
set -eu
first=$("$1" --hash --schedules 40 --from 7000)
second=$("$1" --hash --schedules 40 --from 7000)
alone=$("$1" --hash --seed 7039)
[ "$first" = "$second" ] || {
	echo "two runs of the same seeds differ"
	exit 1
}
[ "$alone" = "$(echo "$first" | tail -n 1)" ] || {
	echo "a schedule depends on those that were run before it"
	exit 1
}
[ "$(echo "$first" | sort -u -k 2 | wc -l)" = 40 ] || {
	echo "two seeds give the same schedule"
	exit 1
}
