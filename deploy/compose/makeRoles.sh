#!/usr/bin/env bash
# Runs once in the PostgreSQL container, when the database is initialised. Creates the role that owns the tables and the
# role of the API, with the names, passwords and database of their connection strings. The migrations grant the API's
# privileges on the tables.
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

# Passwords go through standard input: process arguments are visible to others.
psql --no-psqlrc --quiet --set=ON_ERROR_STOP=1 --username="${POSTGRES_USER:-postgres}" --dbname=postgres <<SQL
CREATE ROLE "$owner" LOGIN PASSWORD '$owner_password';
CREATE ROLE "$role" LOGIN PASSWORD '$password';
CREATE DATABASE "$database" OWNER "$owner";
REVOKE ALL ON DATABASE "$database" FROM PUBLIC;
GRANT CONNECT ON DATABASE "$database" TO "$role";
\connect "$database"
-- Before PostgreSQL 15 everyone may create tables in this schema, and the database owner has no privilege of its own.
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO "$owner";
SQL
