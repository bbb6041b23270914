#!/bin/sh
# What the system tests want beside Python: Debian's Chromium, PostgreSQL, Java, and pango for PDFs. Nothing is done where
# they are there.
set -eu
wanted=""
command -v chromium >/dev/null || command -v google-chrome >/dev/null || wanted="$wanted chromium"
command -v java >/dev/null || wanted="$wanted default-jre-headless"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || wanted="$wanted postgresql"
ldconfig -p | grep -q libpangoft2-1.0 || wanted="$wanted libpango-1.0-0 libpangoft2-1.0-0"
[ -z "$wanted" ] && exit 0
as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
$as_root apt-get update -q
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -q --no-install-recommends $wanted
