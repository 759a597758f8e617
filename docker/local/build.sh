# Building and testing; sourced by ./dev.

meson_setup() { # directory, options...
	local directory=$1
	shift
	[ -e "$directory/build.ninja" ] || quietly meson setup "$directory" "$@"
}

build() { # directory, what it is called, target...
	local directory=$1 name=$2
	shift 2
	ninja -C "$directory" "$@" >"$ROOT/$directory/log" 2>&1 || {
		tail -n 40 "$ROOT/$directory/log" >&2
		die "the build $name failed; all of its output: $directory/log"
	}
}

build_release() { # further targets...
	say "building the program"
	meson_setup build --buildtype=release -Dc_args=-g
	build build "of the program" pipeline/cli/lifeline "$@"
	ln -sfn pipeline/cli/lifeline build/lifeline
}

build_sanitized() { # directory, compiler, target...
	local directory=$1 compiler=$2
	shift 2
	say "building with $compiler, address and undefined-behaviour sanitizers, warnings as errors"
	CC=$compiler meson_setup "$directory" --werror -Db_sanitize=address,undefined -Db_lundef=false \
		-Dc_args=-fno-sanitize-recover=all
	build "$directory" "with $compiler" "$@"
}

# ---- testing ------------------------------------------------------------------------------------------

SUITES="unit replay fault sim fuzz integration"
DEPLOYMENTS_MAX=1 # at the same time: each is a Kafka, a PostgreSQL and the stages
WAITING=2 # tests beside one for each core: fault's are mostly asleep
TEST_COUNTED=""
TEST_RUNNER="" # the pid of the meson that runs tests

run_tests() {
	local suites=("$@") suite failed=0 plain=()
	# shellcheck disable=SC2206
	[ ${#suites[@]} -gt 0 ] || suites=($SUITES)
	for suite in "${suites[@]}"; do
		case " $SUITES " in *" $suite "*) ;; *) die "no such suite: $suite (there are: $SUITES)" ;; esac
		case $suite in fuzz | integration) ;; *) plain+=("$suite") ;; esac
	done
	rm -f "$ROOT"/build-*/meson-logs/testlog*
	at_exit end_tests
	ensure_packages test
	build_sanitized build-gcc gcc
	case " ${suites[*]} " in *" unit "*)
		build_sanitized build-clang clang
		run_suites build-clang clang unit || failed=1
		;;
	esac
	# together, since some wait and others compute
	[ ${#plain[@]} = 0 ] || run_suites build-gcc gcc "${plain[@]}" || failed=1
	for suite in "${suites[@]}"; do
		case $suite in
		fuzz) fuzz "$FUZZ_SECONDS_IN_TESTS" || failed=1 ;;
		integration) run_integration || failed=1 ;;
		esac
	done
	sum_up || failed=1
	return $failed
}

# In the background, since meson, asked by Ctrl-C, would end one test and go on with the next.
run_suites() { # directory, compiler, suite...
	local directory=$1 compiler=$2 status=0 options=() suite processes
	shift 2
	say "tests, $compiler: $*"
	for suite in "$@"; do options+=(--suite "$suite"); done
	if [ "$*" = integration ]; then processes=$DEPLOYMENTS_MAX; else processes=$(($(nproc) + WAITING)); fi
	options+=(--num-processes "$processes")
	meson test -C "$directory" --no-rebuild "${options[@]}" --logbase "testlog-$1" --print-errorlogs &
	TEST_RUNNER=$!
	wait $TEST_RUNNER || status=$?
	TEST_RUNNER=""
	return $status
}

run_integration() {
	local directory=$LOCAL/test kafka postgres status=0
	ensure_kafka
	remove_deployments
	remove_servers "$directory"
	kafka=$(free_port 29092)
	postgres=$(free_port 25432)
	say "starting a Kafka and a PostgreSQL for the integration tests"
	STARTED+=("$directory")
	start_servers "$directory" "$kafka" "$postgres"
	export LIFELINE_TEST_KAFKA=127.0.0.1:$kafka
	export LIFELINE_TEST_DATABASE="host=127.0.0.1 port=$postgres user=lifeline dbname=lifeline"
	run_suites build-gcc gcc integration || status=1
	stop_started
	return $status
}

stop_started() {
	local directory
	for directory in "${STARTED[@]}"; do stop_servers "$directory"; done
	STARTED=()
}

end_tests() {
	if [ -n "$TEST_RUNNER" ]; then
		kill "$TEST_RUNNER" 2>/dev/null && wait "$TEST_RUNNER" || true
	fi
	end_fuzz
	stop_started
	[ -n "$TEST_COUNTED" ] || sum_up "the run itself, which did not get to its end" || true
}

# The last line counts what ran, from meson's own logs and what fuzz tells. Fails where something
# failed, or nothing ran.
sum_up() { # further things that failed...
	local passed failed skipped
	TEST_COUNTED=1
	passed=$((${#FUZZ_PASSED[@]} + $(count_results '"(OK|EXPECTEDFAIL)"')))
	skipped=$(count_results '"SKIP"')
	failed=$((${#FUZZ_FAILED[@]} + $# + $(count_results '".*"') - $(count_results '"(OK|EXPECTEDFAIL|SKIP)"')))
	printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
	[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
}

count_results() { # regular expression
	cat "$ROOT"/build-{gcc,clang}/meson-logs/testlog-*.json 2>/dev/null |
		grep -cE "^\{.*\"result\": $1, \"starttime\"" || true
}

# ---- layout -------------------------------------------------------------------------------------------

format_code() {
	command -v clang-format >/dev/null || ensure_named clang-format
	local files
	files=$(git ls-files '*.c' '*.h')
	if [ "${1:-}" = --check ]; then
		# shellcheck disable=SC2086
		clang-format --dry-run -Werror $files
	else
		# shellcheck disable=SC2086
		clang-format -i $files
	fi
}
