#!/usr/bin/env bash
# Runs in the container of PostgreSQL, once, when the database is made. Makes the role that owns the tables and the role
# that the API works with, with the names, passwords and database of their connection strings. What the API may do with
# the tables, the migrations say.
set -euo pipefail
secrets="${SECRETS:-/run/secrets}"

# Sets role, password and database.
read_url() {
  local pattern='^postgres(ql)?://([A-Za-z0-9_]+):([A-Za-z0-9_.~-]+)@[^/@]+/([A-Za-z0-9_]+)([?].*)?$'
  local url
  url="$(<"$secrets/$1")"
  [[ $url =~ $pattern ]] || { echo "$1: must look like postgresql://role:password@database:5432/name" >&2; exit 1; }
  role="${BASH_REMATCH[2]}" password="${BASH_REMATCH[3]}" database="${BASH_REMATCH[4]}"
}

read_url migration-database-url
owner="$role" owner_password="$password" owner_database="$database"
read_url database-url
[[ $database == "$owner_database" ]] || { echo 'database-url and migration-database-url: name the same database' >&2; exit 1; }
[[ $role != "$owner" ]] || { echo 'database-url and migration-database-url: name two roles' >&2; exit 1; }

# The passwords on standard input, where nobody else sees them.
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres <<SQL
CREATE ROLE "$owner" LOGIN PASSWORD '$owner_password';
CREATE ROLE "$role" LOGIN PASSWORD '$password';
CREATE DATABASE "$database" OWNER "$owner";
REVOKE ALL ON DATABASE "$database" FROM PUBLIC;
GRANT CONNECT ON DATABASE "$database" TO "$role";
\connect "$database"
-- Before PostgreSQL 15 everybody may make tables there, and the owner of the database has no right of its own.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO "$owner";
SQL
