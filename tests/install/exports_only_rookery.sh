#!/usr/bin/env bash
# exports_only_rookery.sh PREFIX: librookery.so defines nothing for others but names of namespace rookery, and none of
# them speaks of what Rookery is made of.
set -euo pipefail
prefix=$1
library=$(find "$prefix" -name librookery.so)

# "address type name", or "version type name" for the library's own version node.
names=$(nm --dynamic --demangle --defined-only "$library" | sed -E 's/^[0-9a-f]* +[A-Za-z] //')
grep --quiet 'rookery::Store::Open' <<<"$names" || { echo "$library does not export rookery::Store::Open"; exit 1; }

own='^((vtable|VTT|typeinfo|typeinfo name) for |(non-virtual|virtual) thunk to )?rookery::'
foreign=$(grep --invert-match --extended-regexp "$own" <<<"$names" || true)
backends=$(grep --extended-regexp '\b(rocksdb|flatbuffers|fmt|nlohmann|simdjson)::|\bXXH' <<<"$names" || true)
internal=$(grep --extended-regexp '^rookery::(base|codec|routing|cache|engine|store|assembly|admin|testing)::' <<<"$names" || true)

status=0
report() {
  [[ -z $2 ]] && return
  printf '%s\n%s\n' "$1" "$2"
  status=1
}
report "not in namespace rookery:" "$foreign"
report "names another library:" "$backends"
report "internal, yet exported:" "$internal"
exit "$status"
