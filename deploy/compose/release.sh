#!/usr/bin/env bash
# Releases a new version without downtime: builds the image, migrates, and replaces the instances one by one, each drained
# by the proxy first. Stops at the first instance that does not become healthy.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# Sends a command to HAProxy.
proxy() {
  docker compose exec -T proxy sh -c "echo '$1' | nc 127.0.0.1 2081"
}

# Waits until HAProxy finds the instance healthy at its current address.
await_healthy() {
  for ((second = 0; second < 60; second += 1)); do
    # Not -q: grep would exit early, and the writer would fail with a broken pipe.
    if proxy 'show stat api 4 -1' | grep "^api,$1,.*,UP," >/dev/null; then return; fi
    sleep 1
  done
  echo "The proxy does not find $1 healthy: see \`docker compose logs proxy $1\`. The instances after it are as they were." >&2
  return 1
}

docker compose build
docker compose run --rm migrate
for instance in api-1 api-2; do
  proxy "set server api/$instance state drain"
  # Gives running requests a moment. Longer ones finish while the instance stops.
  sleep 3
  docker compose up --detach --no-deps --wait "$instance"
  # The proxy still has the health of the old instance.
  proxy "set server api/$instance health down"
  proxy "set server api/$instance state ready"
  await_healthy "$instance"
done
