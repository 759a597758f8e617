# Fuzzing with libFuzzer; sourced by ./dev. tests/fuzz/README.md tells what each target does.

FUZZ_LENGTHS="restore=16384 schema=32768" # the others' inputs are at most 4096 bytes

FUZZ_SECONDS_IN_TESTS=4
FUZZ_PASSED=() # targets of this run
FUZZ_FAILED=()
FUZZ_RUNNING=() # pids of the subshells that run them

fuzz_targets() {
	local source
	for source in "$ROOT"/tests/fuzz/fuzz_*.c; do
		source=${source##*/fuzz_}
		echo "${source%.c}"
	done
}

build_fuzzers() { # target...
	say "building the fuzzers with clang, address and undefined-behaviour sanitizers"
	CC=clang meson_setup build-fuzz -Dfuzzers=true -Db_sanitize=address,undefined \
		-Db_lundef=false -Dc_args=-fno-sanitize-recover=all
	build build-fuzz "of the fuzzers" "${@/#/tests/fuzz/fuzz_}"
}

fuzz_length() { # target
	local pair
	for pair in $FUZZ_LENGTHS; do
		[ "${pair%=*}" != "$1" ] || { echo "${pair#*=}"; return 0; }
	done
	echo 4096
}

# What is found new goes to .local/fuzz/TARGET/corpus, what crashes beside it; the tree's corpus is
# only read.
run_fuzzer() { # target, seconds
	local target=$1 seconds=$2 directory=$LOCAL/fuzz/$1 dictionary=()
	mkdir -p "$directory/corpus"
	[ ! -e "$ROOT/tests/fuzz/$target.dict" ] || dictionary=("-dict=$ROOT/tests/fuzz/$target.dict")
	if "$ROOT/build-fuzz/tests/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=25 \
		-rss_limit_mb=2048 -max_len="$(fuzz_length "$target")" -print_final_stats=1 \
		-artifact_prefix="$directory/" "${dictionary[@]}" \
		"$directory/corpus" "$ROOT/tests/fuzz/corpus/$target" >"$directory/log" 2>&1; then
		printf '  %-9s %10s executions, %s inputs that reach something new\n' "$target" \
			"$(sed -n 's/^stat::number_of_executed_units: *//p' "$directory/log")" \
			"$(sed -n 's/^stat::new_units_added: *//p' "$directory/log")"
		return 0
	fi
	tail -n 60 "$directory/log" >&2
	complain "fuzz_$target failed; its input is in $directory"
	return 1
}

# fuzz [SECONDS] [TARGET...]
fuzz() {
	local seconds=10 targets target
	case ${1:-} in
	'' | *[!0-9]*) ;;
	*) seconds=$1; shift ;;
	esac
	targets=("$@")
	[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(fuzz_targets)
	for target in "${targets[@]}"; do
		[ -e "$ROOT/tests/fuzz/fuzz_$target.c" ] ||
			die "no such fuzz target: $target (there are: $(fuzz_targets | tr '\n' ' '))"
	done
	ensure_packages test
	build_fuzzers "${targets[@]}"
	say "fuzzing, $seconds s each: ${targets[*]}"
	fuzz_all "$seconds" "${targets[@]}"
	[ ${#FUZZ_FAILED[@]} = 0 ]
}

# As many at a time as there are cores.
fuzz_all() { # seconds, target...
	local seconds=$1 cores pid target
	shift
	cores=$(nproc)
	while [ $# -gt 0 ]; do
		FUZZ_RUNNING=()
		for target in "${@:1:cores}"; do
			run_fuzzer "$target" "$seconds" &
			FUZZ_RUNNING+=($!)
		done
		for pid in "${FUZZ_RUNNING[@]}"; do
			target=$1
			shift
			if wait "$pid"; then FUZZ_PASSED+=("$target"); else FUZZ_FAILED+=("$target"); fi
		done
	done
	FUZZ_RUNNING=()
}

end_fuzz() {
	local pid
	for pid in "${FUZZ_RUNNING[@]}"; do
		pkill -P "$pid" || true
		wait "$pid" || true
	done 2>/dev/null
}
