# What the script says, and how it ends; sourced by ./dev.
say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
complain() { printf './dev: %s\n' "$*" >&2; }
die() {
	complain "$@"
	exit 1
}

QUIETLY_SHOWN=40 # lines of what failed

# Runs a command quietly; shows the end of its output only when it fails.
quietly() {
	local log
	log=$(mktemp)
	if ! "$@" >"$log" 2>&1 </dev/null; then
		tail -n $QUIETLY_SHOWN "$log" >&2
		die "failed: $*
All of its output: $log"
	fi
	rm -f "$log"
}

# An interrupt ends the script; what was started is stopped by at_exit.
end_by_signal() {
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
}

# The command runs when the script ends, however it ends; a second Ctrl-C does not cut it short.
# A function that it calls must say what it returns: a bare return in a trap means the status from before
# the trap.
at_exit() { # command, as text
	# shellcheck disable=SC2064
	trap "trap '' INT TERM HUP; $1" EXIT
}
never_mind() { trap - EXIT; }
