#!/usr/bin/env bash
# Brings a new version into service without a gap: builds the image, migrates, and replaces one instance after the other,
# each of which the proxy leaves out meanwhile. Stops at the first instance that does not become healthy.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# Says something to HAProxy.
proxy() {
  docker compose exec -T proxy sh -c "echo '$1' | nc 127.0.0.1 2081"
}

docker compose build
docker compose run --rm migrate
for instance in api-1 api-2; do
  proxy "set server api/$instance state drain"
  # Requests that run are given a moment; what takes longer is finished while the instance stops.
  sleep 3
  docker compose up --detach --no-deps --wait "$instance"
  proxy "set server api/$instance state ready"
  # Until the proxy has found it healthy.
  sleep 5
done
