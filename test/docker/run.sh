#!/usr/bin/env bash
# `npm run containers`: the tests of this folder, with a container engine. A running engine is used. Without one, root on a Debian machine gets
# Docker from Debian's packages and, because such a machine may not reach an image registry, base images made from Debian's packages and this
# machine's Node. Elsewhere the tests say that there is no engine, and are skipped.
set -euo pipefail
cd "$(dirname "$0")/../.."
readonly ENGINE=${EVIDENCE_ENGINE:-${XDG_CACHE_HOME:-$HOME/.cache}/evidence-reports/engine}
export TESTCONTAINERS_RYUK_DISABLED=true

say() { printf '%s\n' "$1" >&2; }

install_docker() {
  command -v dockerd >/dev/null && command -v debootstrap >/dev/null && return
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io debootstrap iptables >/dev/null
}

# Starts a daemon that ends with this script. Docker sets the policy of FORWARD to DROP, so it is restored at the end.
start_docker() {
  mkdir -p "$ENGINE"
  export DOCKER_HOST=unix://$ENGINE/docker.sock
  local mtu forward
  forward=$(iptables -S FORWARD 2>/dev/null | sed -n 's/^-P FORWARD //p')
  mtu=$(cat /sys/class/net/"$(ip route show default | sed -n 's/.* dev \([^ ]*\).*/\1/p' | head -n 1)"/mtu 2>/dev/null || echo 1500)
  setsid dockerd --data-root "$ENGINE/data" --exec-root "$ENGINE/exec" --pidfile "$ENGINE/pid" --mtu "$mtu" -H "$DOCKER_HOST" \
    >"$ENGINE/log" 2>&1 </dev/null &
  local daemon=$!
  trap "kill $daemon 2>/dev/null; wait $daemon 2>/dev/null; iptables -P FORWARD ${forward:-ACCEPT}" EXIT
  for _ in $(seq 100); do
    docker info >/dev/null 2>&1 && return
    kill -0 "$daemon" 2>/dev/null || break
    sleep 0.2
  done
  tail -n 3 "$ENGINE/log" >&2
  return 1
}

build_image() {
  docker build ${NODE_IMAGE:+--build-arg "NODE_IMAGE=$NODE_IMAGE"} --file deploy/Dockerfile --tag evidence-reports . >&2
}

if docker info >/dev/null 2>&1; then
  build_image
elif [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || ! install_docker || ! start_docker; then
  say 'No container engine is running, and none can be installed: the tests will be skipped.'
elif bash test/docker/base-images.sh "$ENGINE"; then
  export DOCKER_CONFIG=$ENGINE/config NODE_IMAGE=local/node NATS_IMAGE=local/nats OTEL_COLLECTOR_IMAGE=local/collector
  build_image
else
  say 'The base images could not be made for the reason above; the tests will be skipped.'
  unset DOCKER_HOST
fi
bash test/kubernetes/install.sh
vitest run --config vitest.containers.config.ts "$@"
