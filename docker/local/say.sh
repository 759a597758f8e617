# What the script says; sourced by ./dev.
say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
complain() { printf './dev: %s\n' "$*" >&2; }
die() {
	complain "$@"
	exit 1
}
# Runs a command quietly; shows its output only when it fails.
quietly() {
	local log
	log=$(mktemp)
	if ! "$@" >"$log" 2>&1 </dev/null; then
		cat "$log" >&2
		rm -f "$log"
		die "failed: $*"
	fi
	rm -f "$log"
}
