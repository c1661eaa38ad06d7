#!/usr/bin/env bash
# knows_no_path.sh PREFIX SOURCE_DIR: no installed file names the place where it was built or installed.
set -euo pipefail
prefix=$1 source_dir=$2

if grep --recursive --files-with-matches --binary-files=without-match --fixed-strings \
  -e "$source_dir" -e "$prefix" "$prefix"; then
  echo "these files name $source_dir or $prefix"
  exit 1
fi
# What a program or a library looks for at run time is relative to itself.
find "$prefix" -type f \( -name '*.so*' -o -path '*/bin/*' \) -print0 | while IFS= read -rd '' binary; do
  if readelf --dynamic "$binary" | grep -E 'R(UN)?PATH' | grep --invert-match --fixed-strings '[$ORIGIN'; then
    echo "$binary looks for libraries in a fixed place"
    exit 1
  fi
done
