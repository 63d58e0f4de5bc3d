#!/usr/bin/env bash
# Installs the Debian packages that OpenCV and MediaPipe load and their wheels do not bring. Safe to run again:
# when all is there, it does nothing. Without the right to install, it prints the command to run.
set -euo pipefail

say() { printf 'repose: %s\n' "$*" >&2; }

# What `ldd` finds outside the wheels: libGL and glib for cv2 (with libxcb and libX11, which libgl1 brings),
# libEGL and libGLESv2 for libmediapipe.so.
needed=(libGL.so.1:libgl1 libEGL.so.1:libegl1 libGLESv2.so.2:libgles2 libgthread-2.0.so.0:libglib2.0-0)

if [[ $(uname -s) != Linux ]]; then
    exit 0
fi
known=$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null || true)
missing=()
for pair in "${needed[@]}"; do
    if [[ $known != *"${pair%%:*} "* ]]; then
        missing+=("${pair##*:}")
    fi
done
if [[ ${#missing[@]} -eq 0 ]]; then
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    say "this is not Debian; if OpenCV or MediaPipe fails to load, install what it holds in: ${missing[*]}"
    exit 0
fi

as_root=()
if [[ $EUID -ne 0 ]]; then
    if ! { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }; then
        say "run this first: sudo apt-get install --yes ${missing[*]}"
        exit 1
    fi
    as_root=(sudo -n)
fi
say "installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install() {
    ${as_root[@]+"${as_root[@]}"} env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --no-install-recommends "${missing[@]}" >"$log" 2>&1
}
# A new machine has no package lists yet, or old ones.
if ! install && ! { ${as_root[@]+"${as_root[@]}"} apt-get update >"$log" 2>&1 && install; }; then
    tail -n 5 "$log" >&2
    say "could not install them; run: sudo apt-get update && sudo apt-get install --yes ${missing[*]}"
    exit 1
fi
