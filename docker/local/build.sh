# Building and testing; sourced by ./dev.

meson_setup() { # directory, options...
	local directory=$1
	shift
	[ -e "$directory/build.ninja" ] || quietly meson setup "$directory" "$@"
}

build_release() {
	say "building the program"
	meson_setup build --buildtype=release -Dc_args=-g
	ninja -C build >"$ROOT/build/log" 2>&1 || {
		tail -n 40 "$ROOT/build/log" >&2
		die "the build failed"
	}
	ln -sfn pipeline/cli/lifeline build/lifeline
}

build_sanitized() { # directory, compiler
	say "building with $2, address and undefined-behaviour sanitizers, warnings as errors"
	CC=$2 meson_setup "$1" --werror -Db_sanitize=address,undefined -Db_lundef=false \
		-Dc_args=-fno-sanitize-recover=all
	ninja -C "$1" >"$ROOT/$1/log" 2>&1 || {
		tail -n 40 "$ROOT/$1/log" >&2
		die "the build with $2 failed"
	}
}

run_tests() {
	local suites=("$@") suite failed=0
	[ ${#suites[@]} -gt 0 ] || suites=(unit replay fault sim fuzz integration)
	ensure_packages test
	ensure_clang_runtime
	build_sanitized build-gcc gcc
	case " ${suites[*]} " in *" unit "*)
		build_sanitized build-clang clang
		say "unit tests, clang"
		meson test -C build-clang --no-rebuild --suite unit --print-errorlogs || failed=1
		;;
	esac
	case " ${suites[*]} " in *" integration "*)
		ensure_kafka
		local directory=$LOCAL/test kafka postgres
		remove_servers "$directory"
		kafka=$(free_port 29092)
		postgres=$(free_port 25432)
		say "starting a Kafka and a PostgreSQL for the integration tests"
		trap stop_started EXIT
		STARTED+=("$directory")
		start_servers "$directory" "$kafka" "$postgres"
		export LIFELINE_TEST_KAFKA=127.0.0.1:$kafka
		export LIFELINE_TEST_DATABASE="host=127.0.0.1 port=$postgres user=lifeline dbname=lifeline"
		;;
	esac
	for suite in "${suites[@]}"; do
		if [ "$suite" = fuzz ]; then
			fuzz "$FUZZ_SECONDS_IN_TESTS" || failed=1
			continue
		fi
		say "$suite tests, gcc"
		meson test -C build-gcc --no-rebuild --suite "$suite" --print-errorlogs || failed=1
	done
	stop_started
	sum_up
	return $failed
}

# One line that counts what ran, from meson's own logs.
sum_up() {
	python3 - "$ROOT"/build-clang/meson-logs/testlog*.json "$ROOT"/build-gcc/meson-logs/testlog*.json <<-'END'
	import json, os, sys
	counts = {}
	for path in sys.argv[1:]:
	    if not os.path.exists(path):
	        continue
	    for line in open(path):
	        result = json.loads(line)["result"]
	        counts[result] = counts.get(result, 0) + 1
	passed = counts.pop("OK", 0)
	skipped = counts.pop("SKIP", 0)
	print(f"{passed} passed, {sum(counts.values())} failed, {skipped} skipped")
	END
}

format_code() {
	command -v clang-format >/dev/null || ensure_packages_named clang-format
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

ensure_packages_named() {
	say "installing from Debian: $*"
	quietly as_root apt-get install -y --no-install-recommends "$@"
}
