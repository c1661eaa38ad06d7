#!/usr/bin/env bash
# try_pkg_config.sh PREFIX EXAMPLE_DIR BUILD_DIR COMPILER [FLAG ...]: builds the example with the compiler alone and runs it.
set -euo pipefail
prefix=$1 example=$2 build=$3
shift 3
source "$(dirname "$0")/expect_chat.sh"

rm -rf "$build"
mkdir -p "$build"
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name rookery.pc)")
export PKG_CONFIG_PATH
read -ra use <<<"$(pkg-config --cflags --libs rookery)"
"$@" -std=c++20 "$example/main.cc" -o "$build/embed" "${use[@]}" \
  -Wl,-rpath,"$(pkg-config --variable=libdir rookery)"
expect_chat "$build/embed"
