# What a machine needs; sourced by ./dev.

BUILD_PACKAGES="gcc libc6-dev pkg-config meson ninja-build librdkafka-dev libavro-dev libpq-dev
	libjansson-dev libyaml-dev libssl-dev libmicrohttpd-dev libcsv-dev libcmocka-dev"
RUN_PACKAGES="postgresql postgresql-client default-jre-headless maven procps"
TEST_PACKAGES="clang kcat python3 python3-yaml binutils"

INSTALL_MAX=1800 # seconds that an installation may take
LOCK_MAX=300     # of these, waiting for another apt

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

is_debian() { [ -r /etc/debian_version ] && command -v apt-get >/dev/null; }

# Whether a program that does not come from Debian's package will do.
is_there_otherwise() { # package
	case $1 in
	maven) command -v mvn ;;
	default-jre-headless) command -v java ;;
	postgresql) pg_bin ;;
	postgresql-client) command -v psql ;;
	clang) command -v clang ;;
	*) false ;;
	esac >/dev/null
}

missing_packages() {
	local package
	for package in "$@"; do
		dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
			is_there_otherwise "$package" || echo "$package"
	done
}

# The sanitizers of clang and libFuzzer come in a package whose name has clang's version.
clang_runtime() {
	local version
	if command -v clang >/dev/null; then
		version=$(clang -dumpversion)
	else
		version=$(sed -n 's/^VERSION_ID="*\([0-9]*\).*/\1/p' /etc/os-release)
		case $version in 12) version=14 ;; 13) version=19 ;; *) version="" ;; esac
	fi
	version=${version%%.*}
	[ -z "$version" ] || echo "libclang-rt-$version-dev"
}

# ensure_packages build|all|test
ensure_packages() {
	local wanted=$BUILD_PACKAGES missing
	[ "$1" = build ] || wanted="$wanted $RUN_PACKAGES"
	if ! is_debian; then
		elsewhere "$1"
		return 0
	fi
	[ "$1" != test ] || wanted="$wanted $TEST_PACKAGES $(clang_runtime)"
	# shellcheck disable=SC2086
	missing=$(missing_packages $wanted | tr '\n' ' ')
	# shellcheck disable=SC2086
	[ -z "${missing// /}" ] || install_packages $missing
	# of a clang that is there only now
	# shellcheck disable=SC2046
	[ "$1" != test ] || ensure_named $(clang_runtime)
}

ensure_named() { # package...
	local missing
	missing=$(missing_packages "$@" | tr '\n' ' ')
	# shellcheck disable=SC2086
	[ -z "${missing// /}" ] || install_packages $missing
}

install_packages() { # package...
	may_install "$@"
	say "installing from Debian: $*"
	as_root mkdir -p /usr/share/man/man1 # Java's packages link manuals there; slim images lack it
	local no_cluster=""
	case " $* " in *" postgresql "*) no_cluster=1 && no_main_cluster ;; esac
	run_apt update
	run_apt install -y --no-install-recommends "$@"
	[ -z "$no_cluster" ] || as_root rm -f "$NO_CLUSTER"
}

run_apt() {
	quietly as_root env DEBIAN_FRONTEND=noninteractive timeout --kill-after=60 $INSTALL_MAX \
		apt-get -o DPkg::Lock::Timeout=$LOCK_MAX -o Acquire::Retries=3 "$@"
}

# sudo asks for its password here, where the question is seen.
may_install() { # package...
	[ "$(id -u)" != 0 ] || return 0
	if command -v sudo >/dev/null; then
		sudo -n true 2>/dev/null && return 0
		say "sudo is needed to install packages"
		sudo -v && return 0
	fi
	die "these packages are missing, and only root can install them:
  apt-get install --no-install-recommends $*
Run that as root, then run ./dev again. With sudo, ./dev installs them by itself."
}

# Debian's PostgreSQL package makes and starts a database server of its own; none is wanted here.
# Who installs another version later gets one again.
NO_CLUSTER=/etc/postgresql-common/createcluster.d/lifeline.conf
no_main_cluster() {
	as_root mkdir -p "${NO_CLUSTER%/*}"
	echo "create_main_cluster = false" | as_root tee "$NO_CLUSTER" >/dev/null
	as_root chmod 644 "$NO_CLUSTER"
}

# ---- other systems ------------------------------------------------------------------------------------

elsewhere() { # build|all|test
	local missing
	missing=$(missing_elsewhere "$1" | sed 's/^/  /')
	[ -z "$missing" ] || die "this is not Debian, so please install these yourself:
$missing
Then run ./dev again."
}

missing_elsewhere() { # build|all|test
	local tools="gcc meson ninja pkg-config" tool library
	[ "$1" = build ] || tools="$tools java mvn psql ps"
	[ "$1" != test ] || tools="$tools clang kcat python3 nm"
	for tool in $tools; do
		command -v "$tool" >/dev/null || echo "$tool"
	done
	for library in rdkafka libpq jansson yaml-0.1 libcrypto libmicrohttpd cmocka; do
		pkg-config --exists $library 2>/dev/null || echo "the library $library, with its headers"
	done
	has_header avro.h || echo "the library Avro C, with its headers"
	has_header csv.h || echo "the library libcsv, with its headers"
	[ "$1" != test ] || python3 -c 'import yaml' 2>/dev/null || echo "Python's yaml"
	[ "$1" = build ] && return 0
	pg_bin >/dev/null || echo "PostgreSQL's server, 15 or later"
	if [ "$(id -u)" = 0 ] && ! id postgres >/dev/null 2>&1; then
		echo "a user postgres, since PostgreSQL does not run as root"
	fi
}

has_header() { echo "#include <$1>" | gcc -E - >/dev/null 2>&1; }

# ---- Kafka and PostgreSQL -----------------------------------------------------------------------------

# Kafka's jars, from Maven Central, once. Where the home directory cannot be written, Maven's own
# files lie under .local/ too.
ensure_kafka() {
	[ -e "$LOCAL/kafka/complete" ] && return 0
	say "fetching Kafka's jars from Maven Central"
	mkdir -p "$LOCAL/kafka"
	local options=()
	has_maven_home || options=("-Dmaven.repo.local=$LOCAL/maven")
	quietly timeout --kill-after=60 $INSTALL_MAX mvn -q -B "${options[@]}" \
		-f "$ROOT/docker/kafka/pom.xml" dependency:copy-dependencies \
		-DincludeScope=runtime -DoutputDirectory="$LOCAL/kafka/libs"
	touch "$LOCAL/kafka/complete"
}

has_maven_home() {
	local home=${HOME:-}
	[ -n "$home" ] || return 1
	if [ -e "$home/.m2" ]; then [ -w "$home/.m2" ]; else [ -w "$home" ]; fi
}

# Where PostgreSQL's server programs are: the newest.
pg_bin() {
	local dir
	for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) /usr/pgsql-*/bin; do
		[ -x "$dir/initdb" ] && echo "$dir" && return 0
	done
	dir=$(command -v initdb) && dirname "$dir"
}
