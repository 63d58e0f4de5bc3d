#!/bin/sh
# Tries many more cases of hostile files, messages and requests than `make test` does, and others each time.
# REPOSE_FUZZ says how many times as many; 20 take some minutes on two cores.
set -eu
cd "$(dirname "$0")/.."
REPOSE_FUZZ="${REPOSE_FUZZ:-20}" exec .venv/bin/pytest -q -n 0 tests/fuzz "$@"
