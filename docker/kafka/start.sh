#!/bin/bash
# kafka serve: formats the storage on the first start, then runs the broker.
# kafka ready: whether the broker takes connections (the image's health check).
# kafka tool CLASS [ARGUMENT...]: one of Kafka's own tools, e.g. org.apache.kafka.tools.TopicCommand
set -euo pipefail

HOME_DIR=/opt/kafka
CONFIG=/tmp/server.properties
JAVA=(java "-Dlog4j2.configurationFile=$HOME_DIR/log4j2.properties" -cp "$HOME_DIR/libs/*")
OURS='^KAFKA_(CLUSTER_ID|HEAP|JAVA_OPTIONS)$' # variables that are no broker properties

# server.properties, with what the environment says put in its place: KAFKA_NODE_ID is node.id.
write_config() {
	local variable name
	cp "$HOME_DIR/server.properties" "$CONFIG"
	for variable in $(compgen -e KAFKA_ || true); do
		[[ $variable =~ $OURS ]] && continue
		name=${variable#KAFKA_}
		name=${name,,}
		name=${name//_/.}
		sed -i "/^${name//./\\.}=/d" "$CONFIG"
		printf '%s=%s\n' "$name" "${!variable}" >>"$CONFIG"
	done
}

serve() {
	local data
	write_config
	data=$(sed -n 's/^log\.dirs=//p' "$CONFIG")
	if [ ! -e "${data%%,*}/meta.properties" ]; then
		"${JAVA[@]}" -Xmx256m kafka.tools.StorageTool format \
			--cluster-id "${KAFKA_CLUSTER_ID:-lifeline-local-cluster}" --config "$CONFIG"
	fi
	# shellcheck disable=SC2086
	exec "${JAVA[@]}" "-Xmx${KAFKA_HEAP:-1g}" "-Xms${KAFKA_HEAP:-1g}" -XX:+UseG1GC \
		-XX:MaxGCPauseMillis=20 -XX:+ExitOnOutOfMemoryError ${KAFKA_JAVA_OPTIONS:-} \
		kafka.Kafka "$CONFIG"
}

case ${1:-serve} in
serve) serve ;;
ready) exec 3<>/dev/tcp/127.0.0.1/9092 ;;
tool)
	shift
	exec "${JAVA[@]}" -Xmx256m "$@"
	;;
*)
	sed -n '2,4s/^# //p' "$0" >&2
	exit 2
	;;
esac
