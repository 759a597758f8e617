#!/usr/bin/env bash
# Makes the base image of all others from Debian's packages, without an image registry.
set -euo pipefail
umask 022 # of what lies in the image

usage() {
	cat <<-'END'
	usage: docker/base.sh [SUITE [IMAGE]]

	SUITE is trixie (Debian 13, the default) or bookworm (Debian 12); IMAGE is the name of the
	image that is made, lifeline-base:SUITE where nothing is said.

	Needs debootstrap and a running Docker; installs Debian into a temporary directory (as root, or
	with sudo), removes what an image does not need, and imports it. What it takes from this machine:
	  the mirror            that apt uses here; MIRROR and SECURITY_MIRROR say another one
	  the CA certificates   of /usr/local/share/ca-certificates, for mirrors behind a proxy of yours
	Both stay in the image, so that the builds on top of it reach the same mirror.
	END
}

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() {
	printf 'docker/base.sh: %s\n' "$*" >&2
	exit 1
}
as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# The repository of this label that apt uses here, or the fallback.
apt_repository() { # label, fallback
	local uri
	uri=$(apt-get indextargets --format '$(LABEL)|$(ORIGIN)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
		awk -F'|' -v label="$1" '$1 == label && $2 == "Debian" { print $3; exit }')
	uri=${uri%/}
	echo "${uri:-$2}"
}

install_debian() { # directory
	say "installing Debian ($SUITE) from $MIRROR into $1"
	as_root debootstrap --variant=minbase --include=ca-certificates "$SUITE" "$1" "$MIRROR" >"$LOG" 2>&1 ||
		{
			tail -n 20 "$LOG" >&2
			die "debootstrap failed"
		}
}

configure_apt() { # directory
	as_root rm -f "$1/etc/apt/sources.list"
	as_root tee "$1/etc/apt/sources.list.d/debian.sources" >/dev/null <<-END
	Types: deb
	URIs: $MIRROR
	Suites: $SUITE $SUITE-updates
	Components: main
	Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

	Types: deb
	URIs: $SECURITY_MIRROR
	Suites: $SUITE-security
	Components: main
	Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
	END
	as_root tee "$1/etc/apt/apt.conf.d/90image" >/dev/null <<-'END'
	APT::Install-Recommends "false";
	Acquire::Languages "none";
	Dir::Cache::pkgcache "";
	Dir::Cache::srcpkgcache "";
	END
	# No services in an image: packages that start one are told not to.
	printf '#!/bin/sh\nexit 101\n' | as_root tee "$1/usr/sbin/policy-rc.d" >/dev/null
	as_root chmod 755 "$1/usr/sbin/policy-rc.d"
}

copy_certificates() { # directory
	local certificate
	for certificate in /usr/local/share/ca-certificates/*.crt; do
		[ -e "$certificate" ] || continue
		say "this machine's CA certificate goes in: ${certificate##*/}"
		as_root install -m 644 "$certificate" "$1/usr/local/share/ca-certificates/"
	done
	as_root chroot "$1" update-ca-certificates >"$LOG" 2>&1 || die "update-ca-certificates failed"
}

# Manuals and translations, as Debian's own slim images do; licences stay.
slim() { # directory
	as_root tee "$1/etc/dpkg/dpkg.cfg.d/slim" >/dev/null <<-'END'
	path-exclude=/usr/share/doc/*
	path-include=/usr/share/doc/*/copyright
	path-exclude=/usr/share/man/*
	path-exclude=/usr/share/info/*
	path-exclude=/usr/share/locale/*
	path-exclude=/usr/share/lintian/*
	END
	as_root find "$1/usr/share/doc" -type f ! -name copyright -delete
	as_root find "$1/usr/share/doc" -type l -delete
	as_root find "$1/usr/share/doc" -mindepth 1 -type d -empty -delete
	as_root find "$1"/usr/share/{man,info,locale,lintian} ! -type d -delete
	as_root rm -rf "$1"/var/lib/apt/lists/* "$1"/var/cache/apt/* "$1"/var/log/{bootstrap.log,apt,dpkg.log}
	as_root rm -f "$1/etc/resolv.conf" "$1/etc/hostname" "$1/etc/machine-id"
}

import() { # directory
	as_root tar -C "$1" --numeric-owner -cf - . |
		docker import --change 'CMD ["/bin/bash"]' --change 'ENV LANG=C.UTF-8' - "$IMAGE" >/dev/null
	say "made the image $IMAGE ($(($(docker image inspect -f '{{.Size}}' "$IMAGE") / 1000000)) MB)"
	echo "BASE_IMAGE=$IMAGE"
}

case ${1:-} in -h | --help | help)
	usage
	exit 0
	;;
esac
SUITE=${1:-trixie}
IMAGE=${2:-lifeline-base:$SUITE}
case $SUITE in
trixie | bookworm) ;;
*)
	usage >&2
	exit 2
	;;
esac
command -v debootstrap >/dev/null || die "debootstrap is missing: apt-get install debootstrap"
docker info >/dev/null 2>&1 || die "Docker does not answer: is it running, and may you use it?"
MIRROR=${MIRROR:-$(apt_repository Debian "")}
SECURITY_MIRROR=${SECURITY_MIRROR:-$(apt_repository Debian-Security "")}
[ -n "$MIRROR" ] && [ -n "$SECURITY_MIRROR" ] ||
	die "apt names no Debian mirror here; say MIRROR=URL SECURITY_MIRROR=URL (Debian's and Debian-Security's)"

WORK=$(mktemp -d)
LOG=$WORK/log
trap 'as_root rm -rf --one-file-system "$WORK"' EXIT
chmod 755 "$WORK"
install_debian "$WORK/root"
configure_apt "$WORK/root"
copy_certificates "$WORK/root"
slim "$WORK/root"
import "$WORK/root"
