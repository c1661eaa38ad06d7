#!/usr/bin/env bash
# try_find_package.sh CMAKE PREFIX EXAMPLE_DIR BUILD_DIR COMPILER [FLAG ...]: builds the example with CMake and runs it.
set -euo pipefail
cmake=$1 prefix=$2 example=$3 build=$4 compiler=$5
shift 5
source "$(dirname "$0")/expect_chat.sh"

rm -rf "$build"
"$cmake" -S "$example" -B "$build" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$compiler" \
  -DCMAKE_CXX_FLAGS="-Wall -Wextra -Wpedantic -Werror $*"
"$cmake" --build "$build"
expect_chat "$build/embed"

# A version that this one does not promise to be compatible with is refused.
sed 's/find_package(Rookery 0.1 /find_package(Rookery 0.99 /' "$example/CMakeLists.txt" >"$build/CMakeLists.txt"
cp "$example/main.cc" "$build"
if "$cmake" -S "$build" -B "$build/refused" -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_CXX_COMPILER="$compiler" 2>/dev/null; then
  echo "find_package(Rookery 0.99) accepts another minor version"
  exit 1
fi
