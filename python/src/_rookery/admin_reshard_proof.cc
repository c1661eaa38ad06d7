// Store._verify_reshard: what all rows come to, shard by shard.
#include <algorithm>
#include <array>
#include <cstdio>

#include "admin.h"
#include "convert.h"
#include "errors.h"
#include "interrupt.h"

namespace rookery::python {
namespace {

nb::dict PrintDict(const Fingerprint& print) {
  constexpr std::size_t kDigits = 32;
  std::array<char, kDigits + 1> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx%016llx", static_cast<unsigned long long>(print.high),
                static_cast<unsigned long long>(print.low));
  nb::dict dict;
  dict["rows"] = print.rows;
  dict["bytes"] = print.bytes;
  dict["hash"] = ToStr({digits.data(), kDigits});
  return dict;
}

nb::dict ProofDict(const ReshardProof& proof) {
  nb::list shards;
  for (const Fingerprint& shard : proof.shards) shards.append(PrintDict(shard));
  nb::list moves;
  for (const ReshardComparison& move : proof.moves) {
    nb::dict row;
    row["source"] = move.from.value;
    row["target"] = move.to.value;
    row["original"] = PrintDict(move.source);
    row["copy"] = PrintDict(move.copy);
    moves.append(row);
  }
  nb::dict dict;
  dict["shards"] = shards;
  dict["store"] = PrintDict(proof.store);
  dict["moves"] = moves;
  dict["difference"] = ToStr(proof.difference);
  return dict;
}

nb::dict Verify(const StoreObject& self, nb::handle progress, nb::handle cell) {
  const TextArgument name = OptionalText(cell, "cell");
  LongCall call(*self.core, progress);
  std::uint64_t rows = 0;
  const auto look = [&](std::uint64_t done, std::uint64_t total) {
    rows = done;
    return call.Look(done, total);
  };
  const Result<ReshardProof> proof =
      WithoutGil(*self.core, [&](rookery::Store& store) { return store.VerifyReshard(look, name); });
  call.Check(proof.status());
  std::uint64_t read = proof->store.rows;
  for (const ReshardComparison& move : proof->moves) read += move.source.rows + move.copy.rows;
  rows = std::max(rows, read);
  call.Finish(rows, rows);
  return ProofDict(*proof);
}

}  // namespace

void BindReshardProof(StoreClass& store) {
  store.def("_verify_reshard", Verify, nb::arg("progress") = nb::none(), nb::arg("cell") = nb::none(),
            nb::sig("def _verify_reshard(self, "
                    "progress: collections.abc.Callable[[int, int | None], object] | None = None, "
                    "cell: str | bytes | None = None) -> dict[str, typing.Any]"));
}

}  // namespace rookery::python
