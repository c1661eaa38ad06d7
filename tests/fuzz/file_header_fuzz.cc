// OpenHeader: bytes that the key did not wrap are an error, never a cipher.
#include "crypto/file_header.h"
#include "tests/fuzz/fuzz_target.h"

namespace crypto = rookery::crypto;

namespace {

const crypto::KeyRing& Ring() {
  static const auto kRing =
      crypto::KeyRing::Make({.keys = {rookery::EncryptionKey::Parse(std::string(32, 'k')).value()}}, {}).value();
  return *kRing;
}

const std::string& Header() {
  static const std::string kHeader = crypto::MakeHeader(Ring()).value().bytes;
  return kHeader;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input = rookery::testing::FuzzInput(data, size);
  const bool opened = crypto::OpenHeader(input, Ring()).has_value();
  rookery::testing::FuzzCheck(opened == input.starts_with(Header()), "only what was made by MakeHeader is opened");
  if (const auto id = crypto::KeyIdOf(input)) rookery::testing::FuzzCheck(id->size() == 16, "ids have 16 bytes");
  static_cast<void>(crypto::IsUnfinishedHeader(input));
  return 0;
}

std::vector<std::string> FuzzSeeds() { return {Header(), Header() + std::string(crypto::kHeaderBytes, '\0')}; }
