#!/usr/bin/env bash
# Installs what checks deploy/kubernetes, as pinned here: kubeconform and KEDA's definitions from the Go module proxy, and the schemas of
# Kubernetes, which a Python package contains. They are installed in $EVIDENCE_KUBERNETES; the test is skipped with a reason if one is missing.
set -uo pipefail
readonly KUBECONFORM=v0.8.0 KUSTOMIZE=v5.8.3 KEDA=v2.21.0 SCHEMAS=1.37.0
tools=${EVIDENCE_KUBERNETES:-${XDG_CACHE_HOME:-$HOME/.cache}/evidence-reports/kubernetes}
pins="$KUBECONFORM $KUSTOMIZE $KEDA $SCHEMAS"
[ "$(cat "$tools/pins" 2>/dev/null)" = "$pins" ] && exit 0
rm -rf "$tools"
mkdir -p "$tools/wheel"

install() {
  command -v go >/dev/null && command -v python3 >/dev/null || { echo 'go and python3 are needed'; return 1; }
  export GOBIN=$tools GOFLAGS=-mod=mod
  go install "github.com/yannh/kubeconform/cmd/kubeconform@$KUBECONFORM" || return 1
  # kubectl brings its own.
  command -v kubectl >/dev/null || go install "sigs.k8s.io/kustomize/kustomize/v5@$KUSTOMIZE" || return 1
  local keda
  keda=$(cd "$tools" && go mod download -json "github.com/kedacore/keda/v2@$KEDA" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p') || return 1
  cp "$keda/config/crd/bases/keda.sh_scaledobjects.yaml" "$tools/" || return 1
  python3 -m pip download -q --no-deps -d "$tools/wheel" "kubernetes-validate==$SCHEMAS" || return 1
  python3 -m zipfile -e "$tools"/wheel/*.whl "$tools/schemas" || return 1
}

if timeout 600 bash -c "$(declare -f install); $(declare -p tools KUBECONFORM KUSTOMIZE KEDA SCHEMAS); install" >"/tmp/evidence-kubernetes.$$.log" 2>&1; then
  printf '%s' "$pins" >"$tools/pins"
else
  tail -n 2 "/tmp/evidence-kubernetes.$$.log"
  echo 'kubeconform and its schemas could not be installed: their test will be skipped.'
fi
rm -f "/tmp/evidence-kubernetes.$$.log"
exit 0
