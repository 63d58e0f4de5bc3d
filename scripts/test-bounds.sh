#!/usr/bin/env bash
# Runs the fast tests with the lowest versions of what Repose needs that pyproject.toml allows, and with the
# newest. Each end gets an environment of its own under .bounds, which uv fills; a second run reuses them.
# When all tests passed at both ends, the versions are put into src/repose/third_party.csv.
#   scripts/test-bounds.sh [lowest|newest]... [-- ARGUMENT_OF_PYTEST...]
# The tools of the tests are the newest at both ends.
set -euo pipefail
cd "$(dirname "$0")/.."

# Counting to pages, without browsers and whole sessions in real time.
fast=(tests/calibration tests/capture tests/cli tests/coaching tests/counting tests/evaluation tests/exercises
    tests/history tests/kinematics tests/overlay tests/pose tests/reports tests/review tests/sessions
    tests/web/coach tests/web/kept --ignore=tests/web/coach/page
    --ignore-glob='*_page.py' --ignore-glob='*_pages.py')
python=${PYTHON:-.venv/bin/python}
bounds=.bounds
uv=$bounds/uv/bin/uv

say() { printf 'repose: %s\n' "$*" >&2; }

fill() { # END: the environment, with exactly these versions
    local end=$1 resolution=highest
    [[ $end == lowest ]] && resolution=lowest-direct
    "$uv" pip compile --quiet pyproject.toml --extra postgresql --python "$python" --resolution "$resolution" \
        --no-annotate --no-header --output-file "$bounds/$end.txt"
    # The tests fetch with the environment's own pip.
    [[ -x $bounds/$end/bin/python ]] || "$uv" venv --quiet --seed --python "$python" "$bounds/$end"
    "$uv" pip install --quiet --python "$bounds/$end/bin/python" --constraints "$bounds/$end.txt" --editable '.[dev]'
}

ends=()
while [[ $# -gt 0 && $1 != -- ]]; do
    ends+=("$1")
    shift
done
[[ $# -gt 0 ]] && shift && fast=("$@")
[[ ${#ends[@]} -gt 0 ]] || ends=(lowest newest)

mkdir -p "$bounds"
if [[ ! -x $uv ]]; then
    "$python" -m venv "$bounds/uv"
    "$bounds/uv/bin/python" -m pip install --quiet --disable-pip-version-check uv
fi
failed=()
for end in "${ends[@]}"; do
    fill "$end"
    say "testing with the $end versions ($bounds/$end.txt)"
    "$bounds/$end/bin/python" -m pytest -q -n auto --dist loadfile "${fast[@]}" || failed+=("$end")
done
if [[ ${#failed[@]} -gt 0 ]]; then
    say "failed with the ${failed[*]} versions"
    exit 1
fi
if [[ ${#ends[@]} -eq 2 ]]; then
    for end in "${ends[@]}"; do
        "$bounds/$end/bin/repose" licences --json >"$bounds/$end.json"
    done
    "$bounds/newest/bin/python" scripts/third_party.py "$bounds/lowest.json" "$bounds/newest.json"
fi
