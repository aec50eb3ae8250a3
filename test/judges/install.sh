#!/usr/bin/env bash
# Installs third-party software that validates our files: veraPDF and EU DSS (Java, by Maven), pyHanko (Python, by pip), cosign and the nats command
# (Go), at the versions pinned in pom.xml, requirements.txt, nats.txt and cosign.txt. It is installed in $EVIDENCE_JUDGES, by default a folder in the user's cache; tests whose judge is missing are skipped with a reason.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
judges=${EVIDENCE_JUDGES:-${XDG_CACHE_HOME:-$HOME/.cache}/evidence-reports/judges}
mkdir -p "$judges"
say() { printf '%s\n' "$1"; }

# Installs again when the pins have changed, and never leaves a partial installation under the final name.
pinned() { [ "$(cat "$judges/$1.pins" 2>/dev/null)" = "$(sha256sum <"$here/$2")" ]; }
pin() { sha256sum <"$here/$2" >"$judges/$1.pins"; }

if ! pinned java pom.xml; then
  rm -rf "$judges/java" "$judges/java.new"
  if command -v mvn >/dev/null && command -v java >/dev/null &&
    timeout 300 mvn -q -B -f "$here/pom.xml" dependency:copy-dependencies -DoutputDirectory="$judges/java.new" >"$judges/java.log" 2>&1; then
    mv "$judges/java.new" "$judges/java" && pin java pom.xml && say 'veraPDF and EU DSS are installed.'
  else
    say "veraPDF and EU DSS could not be installed (see $judges/java.log); they need java and mvn. Their tests will be skipped."
  fi
fi

if ! pinned python requirements.txt; then
  rm -rf "$judges/python"
  if command -v python3 >/dev/null && python3 -m venv "$judges/python" >"$judges/python.log" 2>&1 &&
    timeout 300 "$judges/python/bin/pip" install -q -r "$here/requirements.txt" >>"$judges/python.log" 2>&1; then
    pin python requirements.txt && say 'pyHanko is installed.'
  else
    rm -rf "$judges/python"
    say "pyHanko could not be installed (see $judges/python.log); it needs python3 with venv. Its tests will be skipped."
  fi
fi

# go_tool NAME FILE-OF-ITS-PIN
go_tool() {
  pinned "$1" "$2" && return
  rm -f "$judges/go/$1"
  if command -v go >/dev/null && GOBIN=$judges/go GOTOOLCHAIN=local timeout 900 go install "$(cat "$here/$2")" >"$judges/$1.log" 2>&1; then
    pin "$1" "$2" && say "$1 is installed."
  else
    say "$1 could not be installed (see $judges/$1.log); it needs go. The parts of the guides that use it will be skipped."
  fi
}
go_tool nats nats.txt
# Takes four minutes on two cores, so CI usually leaves it out; npm run judges alone does not.
if [ "${EVIDENCE_JUDGES_EXTENT:-full}" = full ]; then go_tool cosign cosign.txt; fi
exit 0
