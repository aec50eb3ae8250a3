#!/usr/bin/env bash
# Installs other people's software that judges our files: veraPDF and EU DSS (Java, by Maven) and pyHanko (Python, by pip), at the versions pinned in
# pom.xml and requirements.txt. They go into $EVIDENCE_JUDGES, by default a folder of the user's cache; the tests look there and say so where a judge is absent.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
judges=${EVIDENCE_JUDGES:-${XDG_CACHE_HOME:-$HOME/.cache}/evidence-reports/judges}
mkdir -p "$judges"
say() { printf '%s\n' "$1"; }

# Installs anew when the pins have changed, and never leaves half a judge under its name.
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
exit 0
