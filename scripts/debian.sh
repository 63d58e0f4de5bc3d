# What the scripts that install Debian packages share; to be sourced.
# shellcheck shell=bash

say() { printf 'repose: %s\n' "$*" >&2; }

# install_packages PACKAGE...: with apt-get, as root or with a sudo that asks nothing. Where that cannot be,
# tells the command to run and returns 1; `on_debian` says beforehand whether apt-get is there at all.
on_debian() { command -v apt-get >/dev/null; }

install_packages() {
    local as_root=() log
    if [[ $EUID -ne 0 ]]; then
        if ! { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; then
            say "run this first: sudo apt-get install --yes --no-install-recommends $*"
            return 1
        fi
        as_root=(sudo -n)
    fi
    say "installing $*"
    log=$(mktemp)
    # A new machine has no package lists yet, or old ones.
    if ! _apt_get "$log" install --yes --no-install-recommends "$@" &&
        ! { _apt_get "$log" update && _apt_get "$log" install --yes --no-install-recommends "$@"; }; then
        tail -n 5 "$log" >&2
        rm -f "$log"
        say "could not install them; run: sudo apt-get update && sudo apt-get install --yes --no-install-recommends $*"
        return 1
    fi
    rm -f "$log"
}

_apt_get() { # LOG ARGUMENT...; `as_root` is the caller's
    local log=$1
    shift
    ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive apt-get "$@" >"$log" 2>&1
}
