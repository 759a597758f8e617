# What a machine needs; sourced by ./dev.

BUILD_PACKAGES="gcc libc6-dev make pkg-config meson ninja-build librdkafka-dev libavro-dev libpq-dev
	libjansson-dev libyaml-dev libssl-dev libmicrohttpd-dev libcsv-dev libcmocka-dev"
RUN_PACKAGES="postgresql postgresql-client default-jre-headless maven procps"
TEST_PACKAGES="clang kcat python3 binutils"

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

is_debian() { [ -r /etc/debian_version ] && command -v apt-get >/dev/null; }

missing_packages() {
	local package
	for package in "$@"; do
		dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
			{ [ "$package" = maven ] && command -v mvn >/dev/null; } ||
			{ [ "$package" = default-jre-headless ] && command -v java >/dev/null; } ||
			echo "$package"
	done
}

# ensure_packages build|all|test
ensure_packages() {
	local wanted=$BUILD_PACKAGES missing
	[ "$1" = build ] || wanted="$wanted $RUN_PACKAGES"
	[ "$1" != test ] || wanted="$wanted $TEST_PACKAGES"
	if ! is_debian; then
		elsewhere
		return
	fi
	# shellcheck disable=SC2086
	missing=$(missing_packages $wanted | tr '\n' ' ')
	[ -n "${missing// /}" ] || return 0
	if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
		die "these packages are missing: $missing
Run as root:  apt-get install $missing
or install sudo and run ./dev again."
	fi
	say "installing from Debian: $missing"
	no_main_cluster
	quietly as_root apt-get update
	# shellcheck disable=SC2086
	quietly as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
}

# Debian's PostgreSQL package makes and starts a database server of its own; none is wanted here.
no_main_cluster() {
	[ -e /etc/postgresql-common/createcluster.d ] || as_root mkdir -p /etc/postgresql-common/createcluster.d
	echo "create_main_cluster = false" |
		as_root tee /etc/postgresql-common/createcluster.d/lifeline.conf >/dev/null
}

elsewhere() {
	local missing="" tool library
	for tool in gcc meson ninja pkg-config java mvn; do
		command -v $tool >/dev/null || missing="$missing $tool"
	done
	for library in rdkafka libpq jansson yaml-0.1 libcrypto libmicrohttpd cmocka; do
		pkg-config --exists $library 2>/dev/null || missing="$missing $library(library)"
	done
	pg_bin >/dev/null 2>&1 || missing="$missing PostgreSQL-15-or-later(server)"
	[ -z "$missing" ] || die "this is not Debian, so please install these yourself:$missing
(and the libraries Avro C and libcsv, which have no pkg-config file)"
}

# Kafka's jars, from Maven Central, once.
ensure_kafka() {
	[ -e "$LOCAL/kafka/complete" ] && return
	say "fetching Kafka's jars from Maven Central"
	mkdir -p "$LOCAL/kafka"
	quietly mvn -q -B -f "$ROOT/docker/kafka/pom.xml" dependency:copy-dependencies \
		-DincludeScope=runtime -DoutputDirectory="$LOCAL/kafka/libs"
	touch "$LOCAL/kafka/complete"
}

# Where PostgreSQL's server programs are: the newest.
pg_bin() {
	local dir
	for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) /usr/pgsql-*/bin; do
		[ -x "$dir/initdb" ] && echo "$dir" && return
	done
	dir=$(command -v initdb) && dirname "$dir"
}
