#!/usr/bin/env bash
# Makes what compose.yaml needs beside it: two secrets, the programs' settings, compose's own variables
# (with the images' names, where the environment says some), a directory for files. What is there
# already stays as it is.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")"
IMAGE_UID=10001 # the user of all three images

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

# The images' user must be able to read the secrets and write into data/. Whoever may not give files
# away asks Docker, which may.
give_away() { # path
	if [ "$(id -u)" = 0 ]; then
		chown -R "$IMAGE_UID:$IMAGE_UID" "$1"
	else
		docker run --rm --network none --user 0 --entrypoint chown -v "$PWD/$1:/$1" \
			"${POSTGRES_IMAGE:-lifeline-postgres:latest}" -R "$IMAGE_UID:$IMAGE_UID" "/$1"
	fi
}

if [ ! -e secrets ]; then
	say "making secrets/database and secrets/pseudonyms: keep copies of them in a safe place"
	umask 077
	mkdir secrets
	printf '*:*:*:lifeline:%s\n' "$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')" >secrets/database
	head -c 32 /dev/urandom | base64 >secrets/pseudonyms
	chmod 755 secrets
	chmod 400 secrets/database secrets/pseudonyms
	give_away secrets
	umask 022
fi
if [ ! -e lifeline.env ]; then
	say "making lifeline.env from lifeline.env.example: look at departments, counties and partitions"
	cp lifeline.env.example lifeline.env
fi
if [ ! -e .env ]; then
	say "making .env: compose's own variables"
	echo COMPOSE_PROJECT_NAME=lifeline >.env
	for variable in LIFELINE_IMAGE KAFKA_IMAGE POSTGRES_IMAGE; do
		[ -z "${!variable:-}" ] || echo "$variable=${!variable}" >>.env
	done
fi
if [ ! -e data ]; then
	say "making data/: what lies there is /data for commands"
	mkdir data
	give_away data
fi
