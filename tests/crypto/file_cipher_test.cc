// The cipher against published vectors, and that any way of going through a file gives the same bytes.
#include "crypto/file_cipher.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "crypto/hex.h"
#include "tests/support/seeded_random.h"

namespace rookery::crypto {
namespace {

using testing::SeededRandom;

std::unique_ptr<FileCipher> CipherWith(std::string_view key_hex, std::string_view counter_hex) {
  const std::string key_bytes = FromHex(key_hex).value();
  const std::string counter_bytes = FromHex(counter_hex).value();
  Secret<FileCipher::kKeyBytes> key;
  FileCipher::Counter counter{};
  std::memcpy(key.data(), key_bytes.data(), key.size());
  std::memcpy(counter.data(), counter_bytes.data(), counter.size());
  return FileCipher::New(key, counter);
}

// NIST SP 800-38A, F.5.5 and F.5.6, CTR-AES256.
constexpr std::string_view kKey = "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4";
constexpr std::string_view kCounter = "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
constexpr std::string_view kPlain =
    "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
    "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
constexpr std::string_view kEncrypted =
    "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c5"
    "2b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6";

TEST(FileCipherTest, EncryptsAndDecryptsTheVectorsOfNist) {
  const auto cipher = CipherWith(kKey, kCounter);
  std::string bytes = FromHex(kPlain).value();
  ASSERT_TRUE(cipher->Apply(0, bytes.data(), bytes.size()));
  EXPECT_EQ(ToHex(bytes), kEncrypted);
  ASSERT_TRUE(cipher->Apply(0, bytes.data(), bytes.size()));
  EXPECT_EQ(ToHex(bytes), kPlain);
}

TEST(FileCipherTest, WritesTheVectorsOfNistPieceByPiece) {
  const auto cipher = CipherWith(kKey, kCounter);
  const std::string plain = FromHex(kPlain).value();
  for (std::size_t piece = 1; piece <= plain.size(); ++piece) {
    CipherSequence sequence(*cipher);
    std::string encrypted(plain.size(), '\0');
    for (std::size_t at = 0; at < plain.size(); at += piece) {
      ASSERT_TRUE(sequence.Next(std::string_view(plain).substr(at, piece), encrypted.data() + at));
    }
    EXPECT_EQ(ToHex(encrypted), kEncrypted) << piece;
  }
}

TEST(FileCipherTest, EveryPartCanBeReadByItself) {
  const auto cipher = CipherWith(kKey, kCounter);
  const std::string plain = FromHex(kPlain).value();
  const std::string encrypted = FromHex(kEncrypted).value();
  for (std::size_t from = 0; from < plain.size(); ++from) {
    for (std::size_t size = 0; from + size <= plain.size(); ++size) {
      std::string part = encrypted.substr(from, size);
      ASSERT_TRUE(cipher->Apply(from, part.data(), part.size()));
      ASSERT_EQ(part, plain.substr(from, size)) << from << " " << size;
    }
  }
}

TEST(FileCipherTest, TheCounterIsCarriedOverAllItsBytes) {
  const auto cipher = CipherWith(kKey, "fffffffffffffffffffffffffffffffe");
  const std::string zeros(1000, '\0');
  std::string stream(zeros.size(), '\0');
  ASSERT_TRUE(CipherSequence(*cipher).Next(zeros, stream.data()));
  for (const std::size_t at : {std::size_t{0}, std::size_t{16}, std::size_t{32}, std::size_t{47}, std::size_t{600}}) {
    std::string part = zeros.substr(at);
    ASSERT_TRUE(cipher->Apply(at, part.data(), part.size()));
    EXPECT_EQ(part, stream.substr(at)) << at;
  }
  // The block after the last counter is that of counter 0.
  const auto from_zero = CipherWith(kKey, "00000000000000000000000000000000");
  std::string first = zeros.substr(0, 100);
  ASSERT_TRUE(from_zero->Apply(0, first.data(), first.size()));
  EXPECT_EQ(first, stream.substr(32, 100));
}

TEST(FileCipherTest, FarOffsetsHaveStreamsOfTheirOwn) {
  const auto cipher = CipherWith(kKey, kCounter);
  std::vector<std::string> parts;
  for (const std::uint64_t offset :
       {std::uint64_t{0}, std::uint64_t{1} << 36, std::uint64_t{1} << 60, ~std::uint64_t{15}}) {
    parts.emplace_back(16, '\0');
    ASSERT_TRUE(cipher->Apply(offset, parts.back().data(), 16));
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) EXPECT_NE(parts[i], parts.back()) << offset;
  }
}

TEST(FileCipherTest, ThreadsReadAtTheSameTime) {
  const auto cipher = CipherWith(kKey, kCounter);
  SeededRandom random(7);
  const std::string plain = random.Bytes(std::size_t{1} << 20);
  std::string encrypted(plain.size(), '\0');
  ASSERT_TRUE(CipherSequence(*cipher).Next(plain, encrypted.data()));
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (std::size_t t = 0; t < wrong.size(); ++t) {
    threads.emplace_back([&, t] {
      SeededRandom mine(100 + t);
      for (int i = 0; i < 500; ++i) {
        const std::size_t from = mine.Below(plain.size());
        std::string part = encrypted.substr(from, 1 + mine.Below(20'000));
        if (!cipher->Apply(from, part.data(), part.size()) || part != plain.substr(from, part.size())) ++wrong[t];
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace
}  // namespace rookery::crypto
