// Keys: where they come from, what is refused, and that they are not told.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "rookery/encryption.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kHex = "000102030405060708090a0b0c0d0e0fF0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF";

std::string RawKey() {
  std::string raw;
  for (int i = 0; i < 16; ++i) raw += static_cast<char>(i);
  for (int i = 0xF0; i < 0x100; ++i) raw += static_cast<char>(i);
  return raw;
}

class EncryptionKeyTest : public ::testing::Test {
 protected:
  fs::path Write(std::string_view text, fs::perms mode = fs::perms::owner_read | fs::perms::owner_write) {
    const fs::path path = dir_ / "key";
    std::ofstream(path, std::ios::binary) << text;
    fs::permissions(path, mode);
    return path;
  }
  TempDir dir_;
};

TEST_F(EncryptionKeyTest, BytesAndDigitsAreTheSameKey) {
  ASSERT_OK_AND_ASSIGN(const EncryptionKey raw, EncryptionKey::Parse(RawKey()));
  for (const std::string& text : {std::string(kHex), std::string(kHex) + "\n", " \t" + std::string(kHex) + " \r\n"}) {
    ASSERT_OK_AND_ASSIGN(const EncryptionKey hex, EncryptionKey::Parse(text));
    EXPECT_EQ(hex.id(), raw.id());
  }
  EXPECT_EQ(raw.id().size(), 32U);
  EXPECT_THAT(std::string(kHex), Not(HasSubstr(raw.id())));
}

TEST_F(EncryptionKeyTest, EveryBitOfAKeyMattersToItsId) {
  ASSERT_OK_AND_ASSIGN(const EncryptionKey key, EncryptionKey::Parse(RawKey()));
  for (std::size_t bit = 0; bit < 256; ++bit) {
    std::string other = RawKey();
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << (bit % 8)));
    ASSERT_OK_AND_ASSIGN(const EncryptionKey changed, EncryptionKey::Parse(other));
    EXPECT_NE(changed.id(), key.id()) << bit;
  }
}

TEST_F(EncryptionKeyTest, WrongTextsAreRefusedAndNotRepeated) {
  const std::string secret = "do-not-tell-anyone";
  for (const std::string& text :
       {std::string(), std::string(" \n"), secret, RawKey().substr(1), RawKey() + "x", std::string(kHex.substr(1)),
        std::string(kHex) + "0", "g" + std::string(kHex.substr(1)), "-" + std::string(kHex.substr(1))}) {
    const Status refused = EncryptionKey::Parse(text).status();
    EXPECT_CODE(refused, StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("a key is 32 bytes, or 64 hexadecimal digits"));
    EXPECT_THAT(std::string(refused.message()), Not(HasSubstr(secret)));
  }
}

TEST_F(EncryptionKeyTest, TheIdOfAKeyAndHalfOfOneAreNoKeys) {
  ASSERT_OK_AND_ASSIGN(const EncryptionKey key, EncryptionKey::Parse(kHex));
  for (const std::string& text : {key.id(), std::string(kHex.substr(0, 32)), std::string(kHex.substr(32))}) {
    const Status refused = EncryptionKey::Parse(text).status();
    EXPECT_CODE(refused, StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("32 hexadecimal digits, as the id of a key"));
    EXPECT_THAT(std::string(refused.message()), HasSubstr("a key is 32 bytes, or 64 hexadecimal digits"));
    EXPECT_CODE(EncryptionKey::FromFile(Write(text)), StatusCode::kInvalidArgument);
    fs::remove(dir_ / "key");
  }
  EXPECT_OK(EncryptionKey::Parse("x" + key.id().substr(1)));
}

TEST_F(EncryptionKeyTest, AKeyGivenInThePlaceOfItsFileIsNotRepeated) {
  const auto untold = [](const Status& refused) {
    EXPECT_CODE(refused, StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("looks like the key itself"));
    EXPECT_THAT(std::string(refused.message()), Not(HasSubstr(std::string(kHex))));
  };
  untold(EncryptionKey::FromFile(kHex).status());
  ASSERT_OK_AND_ASSIGN(const EncryptionKey key, EncryptionKey::New());
  untold(key.WriteNewFile(kHex));
  EXPECT_FALSE(fs::exists(kHex));
}

TEST_F(EncryptionKeyTest, AFileOfBytesOrDigitsIsRead) {
  ASSERT_OK_AND_ASSIGN(const EncryptionKey wanted, EncryptionKey::Parse(RawKey()));
  for (const std::string& text : {RawKey(), std::string(kHex) + "\n"}) {
    ASSERT_OK_AND_ASSIGN(const EncryptionKey key, EncryptionKey::FromFile(Write(text)));
    EXPECT_EQ(key.id(), wanted.id());
    fs::remove(dir_ / "key");
  }
}

TEST_F(EncryptionKeyTest, AFileThatOthersCanReadOrWriteIsRefused) {
  using fs::perms;
  for (const perms more : {perms::group_read, perms::others_read, perms::group_write, perms::others_write}) {
    const Status refused = EncryptionKey::FromFile(Write(kHex, perms::owner_read | perms::owner_write | more)).status();
    EXPECT_CODE(refused, StatusCode::kPermission);
    EXPECT_THAT(std::string(refused.message()), HasSubstr("chmod 600"));
  }
  EXPECT_OK(EncryptionKey::FromFile(Write(kHex, perms::owner_read)));
}

TEST_F(EncryptionKeyTest, AFileThatIsNoneOrHoldsNoKeyIsNamed) {
  const Status missing = EncryptionKey::FromFile(dir_ / "key").status();
  EXPECT_CODE(missing, StatusCode::kIoError);
  EXPECT_THAT(std::string(missing.message()), HasSubstr((dir_ / "key").string()));
  fs::permissions(dir_.path(), fs::perms::owner_all);
  EXPECT_CODE(EncryptionKey::FromFile(dir_.path()), StatusCode::kInvalidArgument);
  const Status wrong = EncryptionKey::FromFile(Write("hunter2")).status();
  EXPECT_CODE(wrong, StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(wrong.message()), HasSubstr((dir_ / "key").string() + ": it has 7 characters"));
}

TEST_F(EncryptionKeyTest, ComesFromTheEnvironment) {
  const std::string name = "ROOKERY_TEST_KEY_OF_THE_ENVIRONMENT";
  ::unsetenv(name.c_str());
  const Status missing = EncryptionKey::FromEnvironment(name).status();
  EXPECT_CODE(missing, StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(missing.message()), HasSubstr(name));
  ::setenv(name.c_str(), std::string(kHex).c_str(), 1);
  ASSERT_OK_AND_ASSIGN(const EncryptionKey key, EncryptionKey::FromEnvironment(name));
  EXPECT_EQ(key.id(), EncryptionKey::Parse(RawKey())->id());
  ::setenv(name.c_str(), "short", 1);
  EXPECT_CODE(EncryptionKey::FromEnvironment(name), StatusCode::kInvalidArgument);
  ::unsetenv(name.c_str());
}

TEST_F(EncryptionKeyTest, ANewKeyIsWrittenPrivatelyAndNeverOverAnything) {
  ASSERT_OK_AND_ASSIGN(const EncryptionKey key, EncryptionKey::New());
  ASSERT_OK_AND_ASSIGN(const EncryptionKey other, EncryptionKey::New());
  EXPECT_NE(key.id(), other.id());
  const fs::path path = dir_ / "new.key";
  ASSERT_OK(key.WriteNewFile(path));
  EXPECT_EQ(fs::status(path).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_CODE(other.WriteNewFile(path), StatusCode::kAlreadyExists);
  ASSERT_OK_AND_ASSIGN(const EncryptionKey read, EncryptionKey::FromFile(path));
  EXPECT_EQ(read.id(), key.id());
  EXPECT_CODE(key.WriteNewFile(dir_ / "no" / "such" / "directory"), StatusCode::kIoError);
}

}  // namespace
}  // namespace rookery::testing
