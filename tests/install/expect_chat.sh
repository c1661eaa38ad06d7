# Sourced: expect_chat PROGRAM runs the example on a new store and compares what it prints.
expect_chat() {
  local store expected printed
  store=$(mktemp --directory)
  trap "rm -rf '$store'" EXIT
  expected=$'ada: hello\ngrace: hello, ada'
  printed=$("$1" "$store/chat.rook")
  if [[ $printed != "$expected" ]]; then
    printf 'expected:\n%s\nprinted:\n%s\n' "$expected" "$printed"
    return 1
  fi
}
