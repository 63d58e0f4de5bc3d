#!/usr/bin/env bash
# Installs the Debian packages that OpenCV, MediaPipe and WeasyPrint load and their wheels do not bring. Safe to
# run again: when all is there, it does nothing. Without the right to install, it prints the command to run.
set -euo pipefail
source "$(dirname "$0")/debian.sh"

# What `ldd` finds outside the wheels: libGL and glib for cv2 (with libxcb and libX11, which libgl1 brings),
# libEGL and libGLESv2 for libmediapipe.so. WeasyPrint sets its PDFs with Pango and HarfBuzz (pangoft2 brings
# fontconfig), and with some font.
needed=(
    libGL.so.1:libgl1 libEGL.so.1:libegl1 libGLESv2.so.2:libgles2 libgthread-2.0.so.0:libglib2.0-0
    libpango-1.0.so.0:libpango-1.0-0 libpangoft2-1.0.so.0:libpangoft2-1.0-0
    libharfbuzz-subset.so.0:libharfbuzz-subset0
)

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
find /usr/share/fonts /usr/local/share/fonts -name '*.[to]t[fc]' -print -quit 2>/dev/null | grep -q . ||
    missing+=(fonts-dejavu-core)
if [[ ${#missing[@]} -eq 0 ]]; then
    exit 0
fi
if ! on_debian; then
    say "this is not Debian; if OpenCV, MediaPipe or WeasyPrint fails to load, install what it holds in: ${missing[*]}"
    exit 0
fi
install_packages "${missing[@]}"
