#!/usr/bin/env bash
# Installs the browsers that the tests of the live page drive, headless: Chromium and Firefox, and a font for
# their screenshots. Safe to run again: when all is there, it does nothing. Where they cannot be installed, it
# says what is missing and goes on: the tests that need them fail and say so, the others can be run.
set -euo pipefail
source "$(dirname "$0")/debian.sh"

any_of() { # NAME...: whether one of these programs is there
    local name
    for name in "$@"; do
        if command -v "$name" >/dev/null; then
            return 0
        fi
    done
    return 1
}

if [[ $(uname -s) != Linux ]]; then
    exit 0 # the tests look where installers of other systems put the browsers
fi
missing=()
any_of chromium chromium-browser google-chrome google-chrome-stable || missing+=(chromium)
any_of firefox-esr firefox || missing+=(firefox-esr)
compgen -G '/usr/share/fonts/*/*' >/dev/null || missing+=(fonts-dejavu-core)
if [[ ${#missing[@]} -eq 0 ]]; then
    exit 0
fi
if ! on_debian; then
    say "this is not Debian; the tests of the live page need what it calls: ${missing[*]}"
elif ! install_packages "${missing[@]}"; then
    say "without ${missing[*]} the tests of the live page will fail"
fi
