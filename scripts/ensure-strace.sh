#!/usr/bin/env bash
# Installs strace, by which the tests see that nothing leaves the machine. Safe to run again: when it is there, it
# does nothing. Where it cannot be installed, it says so and goes on: the tests that need it fail and say so, the
# others can be run.
set -euo pipefail
source "$(dirname "$0")/debian.sh"

if command -v strace >/dev/null; then
    exit 0
fi
if [[ $(uname -s) != Linux ]]; then
    say "only Linux has strace; the tests that nothing leaves the machine will fail here"
elif ! on_debian; then
    say "this is not Debian; the tests that nothing leaves the machine need strace"
elif ! install_packages strace; then
    say "without strace the tests that nothing leaves the machine will fail"
fi
