#!/usr/bin/env bash
# Builds the images.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."

usage() {
	cat <<-'END'
	usage: docker/build.sh [lifeline] [kafka] [postgres]

	Builds the images named (all three where none is), with the names from these variables:
	  BASE_IMAGE             Debian 12 or 13                        debian:trixie-slim
	                         (without a registry: docker/base.sh makes lifeline-base:trixie)
	  LIFELINE_IMAGE         the program                            lifeline:latest
	  KAFKA_IMAGE            Apache Kafka                           lifeline-kafka:latest
	  POSTGRES_IMAGE         PostgreSQL                             lifeline-postgres:latest
	  DOCKER_BUILD_OPTIONS   more options of docker build, e.g. --network=host
	Proxies of the environment (http_proxy, https_proxy, no_proxy) hold while building.
	END
}

BASE_IMAGE=${BASE_IMAGE:-debian:trixie-slim}

# build IMAGE OPTION...
build() {
	local options=(--build-arg "BASE_IMAGE=$BASE_IMAGE") variable image=$1
	shift
	for variable in http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
		[ -z "${!variable:-}" ] || options+=(--build-arg "$variable")
	done
	printf '\033[1m==>\033[0m building %s on %s\n' "$image" "$BASE_IMAGE" >&2
	# shellcheck disable=SC2086
	docker build "${options[@]}" ${DOCKER_BUILD_OPTIONS:-} -t "$image" "$@"
	printf '\033[1m==>\033[0m %s: %d MB\n' "$image" \
		$(($(docker image inspect -f '{{.Size}}' "$image") / 1000000)) >&2
}

[ $# -gt 0 ] || set -- lifeline kafka postgres
for what in "$@"; do
	case $what in
	lifeline) build "${LIFELINE_IMAGE:-lifeline:latest}" -f docker/Dockerfile . ;;
	kafka) build "${KAFKA_IMAGE:-lifeline-kafka:latest}" docker/kafka ;;
	postgres) build "${POSTGRES_IMAGE:-lifeline-postgres:latest}" docker/postgres ;;
	-h | --help | help)
		usage
		exit 0
		;;
	*)
		usage >&2
		exit 2
		;;
	esac
done
