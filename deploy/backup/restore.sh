#!/usr/bin/env bash
# Restores a backup into an empty database: restore.sh FILE.dump. It comes back whole or not at all. Then the migrations
# run: they bring an older backup up to date, and give the role of DATABASE_URL its rights.
#
# MIGRATION_DATABASE_URL or DATABASE_URL (or one of them with _FILE) says which database. MIGRATE is the command that
# migrates; set it to `true` where there is no Node.js, and run `node dist/migrate.js up` of the image yourself.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/connection.sh"

dump="${1-}"
[[ $# -eq 1 && -n $dump ]] || fail 'say which backup: restore.sh FILE.dump'
[[ -f $dump ]] || fail "$dump: there is no such file"
[[ -f $dump.sha256 ]] || fail "$dump.sha256: there is no checksum beside the backup"
connection
(cd -- "$(dirname -- "$dump")" && sha256sum --check --quiet -- "$(basename -- "$dump").sha256") || fail "$dump: is damaged"

# What extensions have made does not count.
tables="$(psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 --dbname="$DATABASE" --command="
  SELECT count(*) FROM pg_class
  WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')")"
[[ $tables == 0 ]] || fail 'the database is not empty: restore into a new one'

pg_restore --no-owner --no-privileges --exit-on-error --single-transaction --dbname="$DATABASE" -- "$dump"
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="$DATABASE" --command='ANALYZE'
${MIGRATE:-node "$(dirname "${BASH_SOURCE[0]}")/../../dist/migrate.js" up}
