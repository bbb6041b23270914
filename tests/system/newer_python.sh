#!/bin/sh
# The tests on a newer Python than this machine has: SUITE of Debian (trixie holds 3.13) unpacked into FOLDER, the locked
# parts installed there, this checkout copied beside them. Wants root and Debian's debootstrap; its mounts end with it.
#   sh tests/system/newer_python.sh FOLDER [what pytest is told, -m "not system" unless anything is]
#   SUITE=forky MIRROR=http://... may come first
set -eu
folder="$1"
shift
[ $# -gt 0 ] || set -- -n 2 -m "not system"
suite="${SUITE:-trixie}"
inside="python3,python3-venv,git,make,libgomp1,libpango-1.0-0,libpangoft2-1.0-0,ca-certificates"

[ -x "$folder/usr/bin/python3" ] || debootstrap --variant=minbase --include="$inside" "$suite" "$folder" "${MIRROR:-http://deb.debian.org/debian}"

# What this machine trusts and where it asks for names, so that pip answers inside as it does outside.
cp --dereference /etc/resolv.conf "$folder/etc/resolv.conf"
cp /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/ca-certificates.crt"

rm -rf "$folder/desk"
mkdir "$folder/desk"
git ls-files -z --cached --others --exclude-standard | xargs -0 sh -c 'for file; do [ -e "$file" ] && printf "%s\0" "$file"; done' sh |
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
  exec chroot "$folder" /usr/bin/env -u PYTHONPATH sh /run.sh "$@"' sh "$folder" "$@"
