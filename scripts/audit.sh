#!/usr/bin/env bash
# Asks the Python Packaging Advisory Database about every package that is installed in .venv, with pip-audit from
# an environment of its own. Fails if there is an advisory, or if a package could not be asked about.
#   scripts/audit.sh [ARGUMENT_OF_PIP_AUDIT...]     such as --vulnerability-service osv
set -euo pipefail
cd "$(dirname "$0")/.."

tools=.bounds/audit
if [[ ! -x $tools/bin/pip-audit ]]; then
    .venv/bin/python -m venv "$tools"
    "$tools/bin/python" -m pip install --quiet --disable-pip-version-check pip-audit
fi
list=$(mktemp)
trap 'rm -f "$list"' EXIT
.venv/bin/python -m pip --disable-pip-version-check freeze --exclude-editable >"$list"
# --strict: without it, a package that nothing is known of counts as safe.
"$tools/bin/pip-audit" --strict --disable-pip --no-deps --requirement "$list" "$@"
