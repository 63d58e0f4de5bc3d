#!/usr/bin/env bash
# Installs PostgreSQL, on which the tests of the store run as well as on SQLite; they start a server of their
# own, and leave one that runs alone. Safe to run again: when it is there, it does nothing. Where it cannot be
# installed, it says so and goes on: the tests that need it fail and say so, the others can be run.
set -euo pipefail
source "$(dirname "$0")/debian.sh"

if [[ $(uname -s) != Linux ]]; then
    exit 0 # the tests look where installers of other systems put it
fi
if command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null ||
    compgen -G '/usr/pgsql-*/bin/initdb' >/dev/null; then
    exit 0
fi
if ! on_debian; then
    say "this is not Debian; the tests of the store need PostgreSQL's server (initdb)"
elif ! install_packages postgresql; then
    say "without postgresql the tests of the store will fail"
fi
