#!/usr/bin/env bash
# Brings a new version into service without a gap: builds the image, migrates, and replaces one instance after the other,
# each of which the proxy leaves out meanwhile. Stops at the first instance that does not become healthy.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

# Says something to HAProxy.
proxy() {
  docker compose exec -T proxy sh -c "echo '$1' | nc 127.0.0.1 2081"
}

# Waits until HAProxy has found an instance healthy, where it is now.
await_healthy() {
  for ((second = 0; second < 60; second += 1)); do
    # To the end, not with -q: who writes to a pipe that nobody reads any more fails.
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
  # Requests that run are given a moment; what takes longer is finished while the instance stops.
  sleep 3
  docker compose up --detach --no-deps --wait "$instance"
  # What it knows is of the instance that is gone.
  proxy "set server api/$instance health down"
  proxy "set server api/$instance state ready"
  await_healthy "$instance"
done
