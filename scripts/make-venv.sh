#!/usr/bin/env bash
# Makes .venv with Repose in it, editable, and its development tools. Safe to run again.
# PYTHON=/path/to/python chooses the interpreter; otherwise the first of the usual names that is 3.11 or newer.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf 'repose: %s\n' "$*" >&2; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
has_pip() { "$1" -m pip --version >/dev/null 2>&1; }

find_python() {
    local name
    for name in ${PYTHON:+"$PYTHON"} python3.11 python3.12 python3.13 python3; do
        if command -v "$name" >/dev/null && new_enough "$name"; then
            printf '%s\n' "$name"
            return
        fi
    done
    say "Python 3.11 or newer is needed and was not found; on Debian: sudo apt-get install python3"
    return 1
}

make_venv() {
    local python log
    python=$(find_python)
    say "making .venv with $("$python" --version)"
    log=$(mktemp)
    if "$python" -m venv --clear .venv >"$log" 2>&1 && has_pip .venv/bin/python; then
        rm -f "$log"
        return
    fi
    # Debian keeps ensurepip in the package python3-venv. Without it, the system's pip can fill the venv.
    if "$python" -m venv --clear --without-pip .venv >>"$log" 2>&1 &&
        "$python" -m pip --python .venv/bin/python install --quiet pip >>"$log" 2>&1 &&
        has_pip .venv/bin/python; then
        rm -f "$log"
        return
    fi
    cat "$log" >&2
    rm -rf "$log" .venv
    say "could not make a virtual environment; on Debian: sudo apt-get install python3-venv"
    return 1
}

if ! { new_enough .venv/bin/python && has_pip .venv/bin/python; }; then
    make_venv
fi
say "installing Repose and what it needs into .venv (the first time this takes a minute or two)"
.venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --editable '.[dev]'
touch .venv/.installed
