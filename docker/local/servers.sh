# A local Kafka and PostgreSQL; sourced by ./dev. Each set of servers lives in a directory of its own
# and listens on loopback only.
#   start_servers DIR KAFKA_PORT POSTGRES_PORT ; stop_servers DIR

UP_DIR=$LOCAL/up
UP_KAFKA_PORT=${LIFELINE_DEV_KAFKA_PORT:-19092}
UP_POSTGRES_PORT=${LIFELINE_DEV_POSTGRES_PORT:-15432}
KAFKA_START_MAX=90 # seconds

port_is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The first free port from $1 on; two apart, since Kafka's controller takes the next one.
free_port() {
	local port=$1
	while port_is_taken "$port" || port_is_taken $((port + 1)); do port=$((port + 2)); done
	echo "$port"
}

# The process that a pid file names. One that began after the file was written has only the number in
# common with it, e.g. after a reboot.
is_running() { # pid file
	local pid age written
	[ -s "$1" ] || return 1
	pid=$(head -n 1 "$1")
	age=$(ps -o etimes= -p "$pid" 2>/dev/null) || return 1
	written=$(stat -c %Y "$1")
	[ $(($(date +%s) - age)) -le $((written + 2)) ]
}

wait_for() { # what, seconds, command...
	local what=$1 until=$((SECONDS + $2))
	shift 2
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $until ] || return 1
		sleep 0.1
	done
}

# ---- Kafka ------------------------------------------------------------------------------------------

write_kafka_config() { # directory, port
	cat >"$1/server.properties" <<-END
	process.roles=broker,controller
	node.id=1
	controller.quorum.voters=1@127.0.0.1:$(($2 + 1))
	listeners=PLAINTEXT://127.0.0.1:$2,CONTROLLER://127.0.0.1:$(($2 + 1))
	advertised.listeners=PLAINTEXT://127.0.0.1:$2
	controller.listener.names=CONTROLLER
	listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
	log.dirs=$1/data
	auto.create.topics.enable=false
	offsets.topic.replication.factor=1
	offsets.topic.num.partitions=8
	offsets.retention.minutes=525600
	transaction.state.log.replication.factor=1
	transaction.state.log.min.isr=1
	transaction.state.log.num.partitions=8
	transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
	group.initial.rebalance.delay.ms=0
	log.message.timestamp.after.max.ms=9223372036854775807
	END
	printf '%s\n' "${KAFKA_PROPERTIES:-}" >>"$1/server.properties" # a test's own, one a line
	cat >"$1/log4j2.properties" <<-'END'
	status=error
	appender.console.type=Console
	appender.console.name=console
	appender.console.layout.type=PatternLayout
	appender.console.layout.pattern=[%d] %p %m (%c)%n
	rootLogger.level=warn
	rootLogger.appenderRef.console.ref=console
	END
}

# Log4j takes a URI.
as_uri() { # path
	local path=${1//%/%25}
	echo "file://${path// /%20}"
}

kafka_java() { # directory, heap, options, class, arguments...
	local directory=$1 heap=$2
	shift 2
	java "-Xmx$heap" "-Dlog4j2.configurationFile=$(as_uri "$directory/log4j2.properties")" \
		-cp "$LOCAL/kafka/libs/*" "$@"
}

start_kafka() { # directory, port
	launch_kafka "$1" "$2"
	await_kafka "$1" "$2"
}

# Its pid is known from the first moment, so that it can be stopped at any.
launch_kafka() { # directory, port
	local directory=$1/kafka port=$2
	is_running "$directory/pid" && return 0
	if port_is_taken "$port"; then die "port $port is taken; set LIFELINE_DEV_KAFKA_PORT"; fi
	mkdir -p "$directory"
	write_kafka_config "$directory" "$port"
	(
		trap '' INT
		[ -e "$directory/data/meta.properties" ] ||
			kafka_java "$directory" 256m -XX:TieredStopAtLevel=1 kafka.tools.StorageTool format \
				--cluster-id lifeline-development --config "$directory/server.properties" || exit
		exec setsid java -Xmx1g -Xms256m -XX:+UseG1GC -XX:MaxGCPauseMillis=20 \
			"-Dlog4j2.configurationFile=$(as_uri "$directory/log4j2.properties")" \
			-cp "$LOCAL/kafka/libs/*" kafka.Kafka "$directory/server.properties"
	) >"$directory/log" 2>&1 </dev/null &
	echo $! >"$directory/pid"
}

await_kafka() { # directory, port
	local directory=$1/kafka until=$((SECONDS + KAFKA_START_MAX))
	until port_is_taken "$2"; do
		if ! is_running "$directory/pid" || [ $SECONDS -ge $until ]; then
			tail -n 20 "$directory/log" >&2
			die "Kafka did not start; its log is $directory/log"
		fi
		sleep 0.1
	done
}

stop_process() { # pid file, seconds
	local pid
	is_running "$1" || { rm -f "$1"; return 0; }
	pid=$(head -n 1 "$1")
	pkill -P "$pid" 2>/dev/null || true # Kafka that is not yet Kafka: what prepares its directory
	kill "$pid" 2>/dev/null || true
	wait_for "process $pid" "$2" eval "! kill -0 $pid" || kill -9 "$pid" 2>/dev/null || true
	rm -f "$1"
}

# ---- PostgreSQL -------------------------------------------------------------------------------------

# PostgreSQL's server does not run as root: then the user postgres runs it.
as_postgres() {
	if [ "$(id -u)" = 0 ]; then
		(cd / && runuser -u postgres -- "$@")
	else
		"$@"
	fi
}

# Where the data lie: in the given directory, or where the user postgres can get at them.
postgres_data() { # directory
	local data
	mkdir -p "$1"
	if [ "$(id -u)" = 0 ]; then
		data=/var/tmp/lifeline-$(printf %s "$1" | cksum | cut -d' ' -f1)
		[ -d "$data" ] || install -d -o postgres -m 700 "$data"
		[ "$(stat -c %U "$data")" = postgres ] || die "$data belongs to somebody else"
		ln -sfn "$data" "$1/postgres"
	else
		data=$1/postgres
		mkdir -p -m 700 "$data"
	fi
	echo "$data"
}

start_postgres() { # directory, port
	local data bin port=$2
	bin=$(pg_bin) || die "PostgreSQL's server is not installed"
	data=$(postgres_data "$1")
	as_postgres "$bin/pg_ctl" -D "$data/data" status >/dev/null 2>&1 && return 0
	if port_is_taken "$port"; then die "port $port is taken; set LIFELINE_DEV_POSTGRES_PORT"; fi
	if [ ! -s "$data/data/PG_VERSION" ]; then
		as_postgres rm -rf "$data/new" # an initdb that was interrupted
		quietly as_postgres "$bin/initdb" -D "$data/new" -U lifeline -A trust -E UTF8 --locale=C.UTF-8
		as_postgres mv "$data/new" "$data/data"
	fi
	# no socket in the file system: its path may be too long, or have a space
	quietly as_postgres "$bin/pg_ctl" -D "$data/data" -l "$data/log" -w -t 60 -o \
		"-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c max_wal_size=4GB -c shared_buffers=256MB" start
	as_postgres "$bin/createdb" -h 127.0.0.1 -p "$port" -U lifeline lifeline >/dev/null 2>&1 || true
}

stop_postgres() { # directory, mode (fast or immediate)
	local bin data
	[ -e "$1/postgres/data/PG_VERSION" ] || [ -L "$1/postgres" ] || return 0
	bin=$(pg_bin) || return 0
	data=$(readlink -f "$1/postgres")
	as_postgres "$bin/pg_ctl" -D "$data/data" -m "${2:-fast}" -w stop >/dev/null 2>&1 || true
}

remove_servers() { # directory: stop and forget
	stop_servers "$1"
	[ ! -L "$1/postgres" ] || rm -rf "$(readlink -f "$1/postgres")"
	rm -rf "$1"
}

# ---- both -------------------------------------------------------------------------------------------

start_servers() { # directory, kafka port, postgres port
	mkdir -p "$1"
	launch_kafka "$1" "$2"
	start_postgres "$1" "$3"
	await_kafka "$1" "$2"
	cat >"$1/env" <<-END
	export LIFELINE_KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:$2
	export LIFELINE_DATABASE="host=127.0.0.1 port=$3 user=lifeline dbname=lifeline"
	export LIFELINE_SECRET_FILE=$(printf %q "$1/secret")
	END
	[ -s "$1/secret" ] || (umask 077 && head -c 32 /dev/urandom | base64 >"$1/secret")
}

# This checkout's programs that work on the servers of a directory: without the script that started
# them they would go on, on whatever listens there next.
programs_of() { # directory: their pids
	local process
	for process in /proc/[0-9]*; do
		case $(readlink "$process/exe" 2>/dev/null || true) in "$ROOT"/*) ;; *) continue ;; esac
		if tr '\0' '\n' <"$process/environ" | grep -qxF "LIFELINE_SECRET_FILE=$1/secret"; then
			echo "${process##*/}"
		fi
	done 2>/dev/null
}

has_no_programs() { [ -z "$(programs_of "$1")" ]; }

stop_programs() { # directory
	local pids
	pids=$(programs_of "$1")
	[ -n "$pids" ] || return 0
	# shellcheck disable=SC2086
	kill $pids 2>/dev/null || true
	wait_for "programs" 15 has_no_programs "$1" ||
		for pids in $(programs_of "$1"); do kill -9 "$pids" 2>/dev/null || true; done
}

stop_servers() { # directory
	stop_programs "$1"
	stop_process "$1/kafka/pid" 20
	stop_postgres "$1"
}

up() {
	at_exit 'stop_servers "$UP_DIR"'
	say "starting Kafka on 127.0.0.1:$UP_KAFKA_PORT and PostgreSQL on 127.0.0.1:$UP_POSTGRES_PORT"
	start_servers "$UP_DIR" "$UP_KAFKA_PORT" "$UP_POSTGRES_PORT"
	never_mind
	say "up. In your shell:  . .local/up/env   then  build/lifeline topics create   and so on"
}

# What tests/integration/deployment.sh left when it was killed.
remove_deployments() {
	local directory pid
	for directory in "$LOCAL"/deployment.*; do
		[ -d "$directory" ] || continue
		if is_running "$directory/pid"; then continue; fi
		for pid in "$directory"/pids/*; do
			if is_running "$pid"; then kill -9 "$(cat "$pid")" || true; fi
		done
		remove_servers "$directory"
	done
}

down() {
	local directory
	remove_deployments
	for directory in "$LOCAL"/*/; do
		[ -d "$directory" ] || continue
		stop_consumers "${directory%/}"
		stop_servers "${directory%/}"
	done
	say "everything that ./dev started here is stopped"
}
