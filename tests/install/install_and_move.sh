#!/usr/bin/env bash
# install_and_move.sh CMAKE BUILD_DIR PREFIX: installs, then moves the result to PREFIX, where the other tests use it.
set -euo pipefail
cmake=$1 build=$2 prefix=$3

rm -rf "$prefix" "$prefix.before"
"$cmake" --install "$build" --prefix "$prefix.before"
mv "$prefix.before" "$prefix"
