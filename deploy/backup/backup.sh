#!/usr/bin/env bash
# Backs up the database: backup.sh FOLDER. Writes FOLDER/smart-audit-TIME.dump and its .sha256, and prints the name of the
# dump. A dump gets that name only once it is complete and has been read back.
#
# Set MIGRATION_DATABASE_URL or DATABASE_URL (or one of them with _FILE). Dumps older than BACKUP_KEEP_DAYS (14) are
# removed after a successful backup. pg_dump and pg_restore must have the server's version or a later one.
set -euo pipefail
umask 077
source "$(dirname "${BASH_SOURCE[0]}")/connection.sh"

folder="${1-}"
keep_days="${BACKUP_KEEP_DAYS:-14}"
[[ $# -eq 1 && -n $folder ]] || fail 'say where: backup.sh FOLDER'
[[ $keep_days =~ ^[1-9][0-9]*$ ]] || fail 'BACKUP_KEEP_DAYS: must be a whole number, 1 or more'
connection
mkdir -p -- "$folder"
cd -- "$folder"

name="smart-audit-$(date -u +%Y%m%dT%H%M%SZ).dump"
partial=".$name.$$.partial"
[[ ! -e $name ]] || fail "$name: is there already"
trap 'rm -f -- "$partial" "$partial.sha256"' EXIT

pg_dump --format=custom --no-owner --no-privileges --lock-wait-timeout=30s --file="$partial" --dbname="$DATABASE"
pg_restore --file=/dev/null -- "$partial"
content="$(pg_restore --list -- "$partial")"
[[ $content == *' TABLE DATA public users '* ]] || fail 'the dump has no accounts: is it the right database?'

sum="$(sha256sum -- "$partial")"
echo "${sum%% *}  $name" >"$partial.sha256"
sync -- "$partial" "$partial.sha256"
# The dump last: a dump always has its checksum.
mv -- "$partial.sha256" "$name.sha256"
mv -- "$partial" "$name"

find . -maxdepth 1 -name 'smart-audit-*.dump' -mtime "+$((keep_days - 1))" ! -name "$name" \
  -exec sh -c 'for dump; do rm -f -- "$dump" "$dump.sha256"; done' sh {} +
echo "$name"
