#!/bin/sh
# The core is pure: what its objects leave undefined is the base layer's, the C library's memory
# functions or the compiler's own. Anything else (a clock, malloc, printf, a lock) fails here.
# usage: test_purity.sh LIBRARY...; the first is the core, the others may define ll_* for it.
set -eu

core=$1
allowed='^(ll_[a-z0-9_]+|mem(cpy|move|set|cmp)|bcmp|strlen|__stack_chk_fail|__mem(cpy|move|set)_chk|__(asan|ubsan)_[a-z0-9_]+|__(start|stop)_asan_globals|__gcov_[a-z0-9_]+|__llvm_[a-z0-9_]+|_GLOBAL_OFFSET_TABLE_)$'

undefined=$(nm -u "$core" | awk '$1 == "U" { print $2 } $1 == "w" { print $2 }' | sort -u)
if [ -z "$undefined" ]; then
	echo "no undefined symbols in $core: nm did not read it" >&2
	exit 1
fi
bad=$(echo "$undefined" | grep -Ev "$allowed" || true)
if [ -n "$bad" ]; then
	echo "the core may not use:" $bad >&2
	exit 1
fi

# Every ll_ function it needs is its own or the base layer's.
defined=$(nm --defined-only "$@" | awk 'NF == 3 { print $3 }' | sort -u)
for symbol in $(echo "$undefined" | grep '^ll_'); do
	if ! echo "$defined" | grep -qx "$symbol"; then
		echo "the core uses $symbol, which is not of the base layer" >&2
		exit 1
	fi
done

# No mutable globals: what is written once by the loader lies in .data.rel.ro.
mutable=$(nm -f sysv "$core" |
	awk -F'|' '$7 ~ /^\.(data|bss)/ && $7 !~ /^\.data\.rel\.ro/ { print $1 }' |
	grep -Ev '^\.|^__|ubsan|asan|^\*' || true)
if [ -n "$mutable" ]; then
	echo "mutable globals in the core:" $mutable >&2
	exit 1
fi
