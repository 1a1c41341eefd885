#!/usr/bin/env bash
# Restores a backup into an empty database, all or nothing: restore.sh FILE.dump. Then it runs the migrations, which bring
# an older backup up to date and grant the role of DATABASE_URL its privileges.
#
# Set MIGRATION_DATABASE_URL or DATABASE_URL (or one of them with _FILE). MIGRATE is the command that migrates. If there
# is no Node.js, set it to `true` and run `node dist/migrate.js up` in the image yourself.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/connection.sh"

dump="${1-}"
[[ $# -eq 1 && -n $dump ]] || fail 'say which backup: restore.sh FILE.dump'
[[ -f $dump ]] || fail "$dump: there is no such file"
[[ -f $dump.sha256 ]] || fail "$dump.sha256: there is no checksum beside the backup"
connection
(cd -- "$(dirname -- "$dump")" && sha256sum --check --quiet -- "$(basename -- "$dump").sha256") || fail "$dump: is damaged"

# Tables of extensions do not count.
tables="$(psql --no-psqlrc --quiet --no-align --tuples-only --set=ON_ERROR_STOP=1 --dbname="$DATABASE" --command="
  SELECT count(*) FROM pg_class
  WHERE relnamespace::regnamespace::text !~ '^(pg_|information_schema)'
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')")"
[[ $tables == 0 ]] || fail 'the database is not empty: restore into a new one'

pg_restore --no-owner --no-privileges --exit-on-error --single-transaction --dbname="$DATABASE" -- "$dump"
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --dbname="$DATABASE" --command='ANALYZE'
${MIGRATE:-node "$(dirname "${BASH_SOURCE[0]}")/../../dist/migrate.js" up}
