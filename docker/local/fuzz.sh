# Fuzzing with libFuzzer; sourced by ./dev. tests/fuzz/README.md tells what each target does.

FUZZ_LENGTHS="restore=16384 schema=32768" # the others' inputs are at most 4096 bytes

FUZZ_SECONDS_IN_TESTS=4

fuzz_targets() {
	local source
	for source in "$ROOT"/tests/fuzz/fuzz_*.c; do
		source=${source##*/fuzz_}
		echo "${source%.c}"
	done
}

# libFuzzer and the sanitizers of clang come in a package of its own, whose name has clang's version.
ensure_clang_runtime() {
	local version
	is_debian || return 0
	version=$(clang --version | sed -n 's/.*version \([0-9]*\)\..*/\1/p;q')
	ls /usr/lib/llvm-"$version"/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a >/dev/null 2>&1 &&
		return
	quietly as_root apt-get update
	ensure_packages_named "libclang-rt-$version-dev"
}

build_fuzzers() {
	say "building the fuzzers with clang, address and undefined-behaviour sanitizers"
	CC=clang meson_setup build-fuzz -Dfuzzers=true -Db_sanitize=address,undefined \
		-Db_lundef=false -Dc_args=-fno-sanitize-recover=all
	# shellcheck disable=SC2046
	ninja -C build-fuzz $(fuzz_targets | sed 's,^,tests/fuzz/fuzz_,') >"$ROOT/build-fuzz/log" 2>&1 || {
		tail -n 40 "$ROOT/build-fuzz/log" >&2
		die "the build of the fuzzers failed"
	}
}

fuzz_length() { # target
	local pair
	for pair in $FUZZ_LENGTHS; do
		[ "${pair%=*}" != "$1" ] || { echo "${pair#*=}"; return; }
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
	local seconds=10 targets target failed=0
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
	ensure_clang_runtime
	build_fuzzers
	say "fuzzing, $seconds s each: ${targets[*]}"
	for target in "${targets[@]}"; do
		run_fuzzer "$target" "$seconds" || failed=1
	done
	return $failed
}
