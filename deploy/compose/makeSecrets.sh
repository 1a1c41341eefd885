#!/usr/bin/env bash
# Generates the passwords and keys for compose.yaml, in secrets/ next to it or in the given folder. Existing files are kept.
# Only the owner can enter the folder. The files are readable, for the users of the containers.
set -euo pipefail
umask 022
folder="${1:-$(dirname "${BASH_SOURCE[0]}")/secrets}"
mkdir -p -- "$folder"
chmod 700 -- "$folder"
cd -- "$folder"

keep() {
  [[ -s $1 ]] || printf '%s' "$2" >"$1"
}

keep postgres-password "$(openssl rand -hex 32)"
keep migration-database-url "postgresql://smart_audit_owner:$(openssl rand -hex 32)@database:5432/smart_audit"
keep database-url "postgresql://smart_audit_api:$(openssl rand -hex 32)@database:5432/smart_audit"
keep secret-key "$(openssl rand -base64 48)"
[[ -s smtp-url ]] || echo "Write the connection string of your mail server into $folder/smtp-url: smtp://user:password@host:587"
[[ -s certificate ]] || echo "Write the certificate of your domain, its chain and its key, as PEM, into $folder/certificate"
