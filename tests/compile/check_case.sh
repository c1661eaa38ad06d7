#!/usr/bin/env bash
# check_case.sh (right|wrong) CASE.cc COMPILER [FLAG ...]
#
# A case is one translation unit in two forms. The right one must compile. The wrong one, with -DWRONG, must not, and the
# compiler must give the reason that the case names in its line `// EXPECT: regular expression`: so a typing error in the
# case cannot pass for what it is meant to show.
set -euo pipefail

form=$1
source=$2
shift 2
compile=("$@" -std=c++20 -fsyntax-only -Wall -Wextra -Werror "$source")

if [[ $form == right ]]; then
  exec "${compile[@]}"
fi

expected=$(sed -n 's|^// EXPECT: ||p' "$source")
[[ -n $expected ]] || { echo "$source has no line '// EXPECT: ...'"; exit 1; }
if messages=$(LC_ALL=C "${compile[@]}" -DWRONG 2>&1); then
  echo "$source compiles with -DWRONG, but it must not"
  exit 1
fi
grep --quiet --extended-regexp -- "error:.*($expected)" <<<"$messages" || {
  printf '%s\n' "$source fails to compile for another reason than: $expected" "$messages"
  exit 1
}
