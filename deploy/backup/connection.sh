# shellcheck shell=bash disable=SC2034
# Sourced by backup.sh and restore.sh.

fail() {
  echo "$0: $*" >&2
  exit 1
}

# The value of a setting, from its variable or from the file that NAME_FILE names.
setting() {
  local file_variable="$1_FILE"
  if [[ -n ${!1-} ]]; then
    printf '%s' "${!1}"
  elif [[ -n ${!file_variable-} ]]; then
    cat -- "${!file_variable}"
  fi
}

# Sets DATABASE to the connection string without its password, and PGPASSWORD: everyone on the machine can read a program's
# arguments. Prefers the role that owns the tables.
connection() {
  local url
  url="$(setting MIGRATION_DATABASE_URL)"
  [[ -n $url ]] || url="$(setting DATABASE_URL)"
  [[ -n $url ]] || fail 'set MIGRATION_DATABASE_URL or DATABASE_URL, or one of them with _FILE'
  DATABASE="$url"
  if [[ $url =~ ^(postgres(ql)?://[^:@/?]*):([^@/?]*)@(.*)$ ]]; then
    DATABASE="${BASH_REMATCH[1]}@${BASH_REMATCH[4]}"
    local encoded="${BASH_REMATCH[3]//\\/\\\\}"
    PGPASSWORD="$(printf '%b' "${encoded//%/\\x}")"
    export PGPASSWORD
  fi
  # The name of node-postgres: libpq does not verify with `require`.
  DATABASE="${DATABASE/sslmode=no-verify/sslmode=require}"
}
