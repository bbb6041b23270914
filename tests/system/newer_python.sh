#!/bin/sh
# The tests on a newer Python than this machine has: SUITE of Debian (trixie holds 3.13) unpacked into FOLDER, the locked
# parts installed there, a copy of this checkout beside them. Wants root and Debian's debootstrap; its mounts end with it.
#   sh tests/system/newer_python.sh FOLDER [what pytest is told]
set -eu
refuse() { echo "$1" >&2; exit 2; }
[ "$(id -u)" -eq 0 ] || refuse "A Debian of its own is unpacked and entered by root only: run it with sudo."
command -v debootstrap >/dev/null || refuse "debootstrap unpacks Debian and is not installed: apt-get install debootstrap."
[ $# -gt 0 ] || refuse "Say where Debian may be unpacked: sh tests/system/newer_python.sh FOLDER."
mkdir -p "$1"
folder="$(cd "$1" && pwd -P)"
[ -e "$folder/desk" ] || [ -z "$(ls -A "$folder")" ] || refuse "$folder holds something else: name an empty folder."
shift
[ $# -gt 0 ] || set -- -n 2 -m "not system"
suite="${SUITE:-trixie}"
cd "$(dirname "$0")/../.."

if [ ! -e "$folder/desk" ]; then
  # A suite younger than this debootstrap is unpacked as Debian's unstable one is.
  steps=/usr/share/debootstrap/scripts
  [ -e "$steps/$suite" ] && steps="$steps/$suite" || steps="$steps/sid"
  parts=python3,python3-venv,git,make,libgomp1,libpango-1.0-0,libpangoft2-1.0-0,ca-certificates
  debootstrap --variant=minbase --include="$parts" "$suite" "$folder" "${MIRROR:-http://deb.debian.org/debian}" "$steps"
fi

# What this machine trusts and where it asks for names, so that pip answers inside as it does outside.
cp --dereference /etc/resolv.conf "$folder/etc/resolv.conf"
cp --dereference /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/ca-certificates.crt"

rm -rf "$folder/desk"
mkdir "$folder/desk"
git ls-files -z --cached --others --exclude-standard | xargs -0 sh -c 'for each; do [ ! -e "$each" ] || printf "%s\0" "$each"; done' sh |
  tar --create --null --files-from=- | tar --extract --directory "$folder/desk"

cat > "$folder/run.sh" <<'END'
set -eu
cd /desk
[ -x /venv/bin/python ] || python3 -m venv /venv
/venv/bin/python -m pip install --quiet --disable-pip-version-check -r requirements.txt -r tests/requirements.txt
/venv/bin/python --version
exec /venv/bin/python -m pytest "$@"
END
exec unshare --mount --fork sh -c '
  folder="$1"; shift
  mount --rbind /dev "$folder/dev"
  mount -t proc proc "$folder/proc"
  exec chroot "$folder" env -u PYTHONPATH -u HOME_CREDIT_DIR sh /run.sh "$@"' sh "$folder" "$@"
