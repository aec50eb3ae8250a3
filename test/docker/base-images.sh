#!/usr/bin/env bash
# Substitutes for the images that deploy/ names, for a machine that reaches no image registry: the same programs in the same places, made from
# Debian's packages and this machine's Node. `base-images.sh FOLDER` also leaves Docker Compose in FOLDER/config, where DOCKER_CONFIG finds it.
set -euo pipefail
readonly ENGINE=$1

# The mirror that this machine's apt uses.
mirror() { grep -rhoE 'https?://[^ ]+/debian/?$' /etc/apt/sources.list /etc/apt/sources.list.d/ 2>/dev/null | head -n 1; }

exists() { docker image inspect "$1" >/dev/null 2>&1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! exists local/debian; then
  debootstrap --variant=minbase --include=ca-certificates trixie "$work/root" "$(mirror)" >"$ENGINE/debootstrap.log"
  tar -C "$work/root" -c . | docker import - local/debian >/dev/null
fi
mkdir "$work/node"
cp "$(node -p process.execPath)" "$work/node/node"
cp -rL "$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")" "$work/node/npm"
# The authorities that this machine trusts, such as that of its proxy.
cp /etc/ssl/certs/ca-certificates.crt "$work/node/"
docker build -q -t local/node -f - "$work/node" >/dev/null <<'DOCKERFILE'
FROM local/debian
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
COPY ca-certificates.crt /etc/ssl/certs/
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
DOCKERFILE
exists local/nats || docker build -q -t local/nats - >/dev/null <<'DOCKERFILE'
FROM local/debian
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends nats-server docker-compose wget >/dev/null
ENTRYPOINT ["nats-server"]
DOCKERFILE
# No package contains the collector.
cp test/docker/collector.mjs "$work/node/"
docker build -q -t local/collector -f - "$work/node" >/dev/null <<'DOCKERFILE'
FROM local/node
COPY collector.mjs /collector.mjs
ENTRYPOINT ["node", "/collector.mjs"]
DOCKERFILE
# Compose comes with the same packages, as one program without libraries.
mkdir -p "$ENGINE/config/cli-plugins"
docker run --rm --entrypoint cat local/nats /usr/libexec/docker/cli-plugins/docker-compose >"$ENGINE/config/cli-plugins/docker-compose"
chmod +x "$ENGINE/config/cli-plugins/docker-compose"
