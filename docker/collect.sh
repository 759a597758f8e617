#!/bin/sh
# Collects a program and everything it needs at run time into a directory that becomes an image:
#   collect.sh PROGRAM DIRECTORY
# The libraries come from Debian's packages; each package's record and licence go along, so that
# scanners of images know what is in it.
set -eu
program=$1
image=$2

record_package() { # file of a package
	# Debian 12 records some libraries under /lib, which is /usr/lib
	package=$(dpkg -S "$1" 2>/dev/null || dpkg -S "${1#/usr}" 2>/dev/null || true)
	package=${package%%: *}
	package=${package%%:*}
	[ -n "$package" ] || return 0
	[ ! -e "$image/var/lib/dpkg/status.d/$package" ] || return 0
	dpkg -s "$package" >"$image/var/lib/dpkg/status.d/$package"
	mkdir -p "$image/usr/share/doc/$package"
	cp "/usr/share/doc/$package/copyright" "$image/usr/share/doc/$package/" 2>/dev/null || true
}

# A file under the name by which it is loaded, in the directory where it really is.
take() {
	directory=$(realpath "$(dirname "$1")")
	mkdir -p "$image$directory"
	cp -L "$1" "$image$directory/"
	record_package "$(realpath "$1")"
}

mkdir -p "$image/usr/bin" "$image/usr/lib" "$image/etc" "$image/tmp" "$image/run" \
	"$image/var/lib/dpkg/status.d"
chmod 1777 "$image/tmp"
for directory in bin lib lib64; do
	[ ! -L "/$directory" ] || {
		mkdir -p "$image/usr/$directory"
		ln -s "usr/$directory" "$image/$directory"
	}
done

cp "$program" "$image/usr/bin/"
ldd "$program" | sed -n 's/^.*=> \(\/[^ ]*\) .*$/\1/p; s/^[[:space:]]*\(\/[^ ]*\) (.*$/\1/p' |
	while read -r library; do take "$library"; done

# Departments' files come in GB18030 too: glibc loads its tables when they are needed.
gconv=$(dirname "$(find /usr/lib -path '*/gconv/GB18030.so' -print -quit)")
take "$gconv/GB18030.so"
cp -r "$gconv"/gconv-modules* "$image$gconv/"

# TLS: who is trusted, and where OpenSSL looks.
mkdir -p "$image/etc/ssl/certs" "$image/usr/lib/ssl"
cp /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/"
ln -s /etc/ssl/certs "$image/usr/lib/ssl/certs"
ln -s /etc/ssl/certs/ca-certificates.crt "$image/usr/lib/ssl/cert.pem"

echo 'lifeline:x:10001:10001:lifeline:/data:/usr/sbin/nologin' >"$image/etc/passwd"
echo 'lifeline:x:10001:' >"$image/etc/group"
echo 'hosts: files dns' >"$image/etc/nsswitch.conf"
cp /etc/debian_version "$image/etc/"
cp -L /etc/os-release "$image/etc/"
