#!/bin/bash
# Makes the database on the first start, then runs PostgreSQL; arguments go to the server, e.g.
# -c shared_buffers=2GB. The password of the role `lifeline` comes from the file that
# POSTGRES_PASSFILE names, in libpq's form (HOST:PORT:DATABASE:USER:PASSWORD), so that server and
# clients share one secret.
set -euo pipefail

DATA=/var/lib/postgresql/data/cluster
PASSFILE=${POSTGRES_PASSFILE:-/run/secrets/database}

die() {
	printf 'start-postgres: %s\n' "$*" >&2
	exit 1
}

password() {
	local line
	[ -r "$PASSFILE" ] || die "the file with the password cannot be read: $PASSFILE"
	line=$(head -n 1 "$PASSFILE")
	[[ $line = *:*:*:*:?* ]] || die "$PASSFILE is not HOST:PORT:DATABASE:USER:PASSWORD"
	printf %s "${line#*:*:*:*:}"
}

# Whoever is in this container as `postgres` administers; everybody else needs a password.
write_access() {
	cat >"$1/pg_hba.conf" <<-'END'
	local all postgres peer
	host  all all all scram-sha-256
	END
}

# In another directory until it is complete: a first start that was cut short begins again.
make_database() {
	local secret new=$DATA.new
	secret=$(password)
	rm -rf "$new"
	initdb -D "$new" -U postgres -A peer -E UTF8 --locale=C.UTF-8 --data-checksums >/dev/null
	write_access "$new"
	pg_ctl -D "$new" -w -s -o "-c listen_addresses=''" start
	psql -q -v ON_ERROR_STOP=1 -v secret="$secret" -U postgres -d postgres <<-'END'
	CREATE ROLE lifeline LOGIN PASSWORD :'secret';
	CREATE DATABASE lifeline OWNER lifeline;
	END
	pg_ctl -D "$new" -w -s -m fast stop
	mv "$new" "$DATA"
}

[ -s "$DATA/PG_VERSION" ] || make_database
have=$(cat "$DATA/PG_VERSION")
runs=$(postgres --version | sed 's/.* \([0-9]*\)\..*/\1/')
[ "$have" = "$runs" ] || die "the data are of PostgreSQL $have, this image has $runs: \
dump them with the old image and restore them (docs/operator.md)"
exec postgres -D "$DATA" -c listen_addresses='*' -c max_wal_size=4GB -c shared_buffers=256MB "$@"
