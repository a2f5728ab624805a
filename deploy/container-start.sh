#!/bin/sh
# Lay into the volume what the image has made, then do what is asked: `serve`, `migrate`, `doctor`, …
set -eu
# What is written is personal data: for this user alone.
umask 077
made=/opt/hanhlang/made
home="${HANHLANG_HOME:-/data}"
# The compiled search engine has to lie where it may be written, which in a read-only container is the volume only.
mkdir -p "$home/numba"
cp -Rn "$made/numba/." "$home/numba/"
if [ "${1:-}" = serve ]; then
    # The pages' files are those of this image, whatever an earlier one left.
    rm -rf "$home/static"
    cp -R "$made/static" "$home/static"
fi
exec /opt/hanhlang/.venv/bin/hanhlang "$@"
