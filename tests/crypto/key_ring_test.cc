// Which keys a store gets, from a list and from a callback.
#include "crypto/key_ring.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "crypto/key_material.h"
#include "tests/support/status_matchers.h"

namespace rookery::crypto {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

EncryptionKey KeyOf(char byte) {
  return EncryptionKey::Parse("#" + std::string(EncryptionKey::kBytes - 1, byte)).value();
}
std::string RawIdOf(char byte) { return KeyOf(byte).material().id; }

/// Knows the keys 'a' and 'b', of which 'a' is the newest, and remembers what it was asked.
class KeyService {
 public:
  EncryptionOptions Options(std::vector<EncryptionKey> keys = {}) {
    return {.keys = std::move(keys), .find_key = [this](std::string_view id) -> Result<EncryptionKey> {
              asked.emplace_back(id);
              if (id.empty() || id == KeyOf('a').id()) return KeyOf('a');
              if (id == KeyOf('b').id()) return KeyOf('b');
              return Status(StatusCode::kUnavailable, "the key service does not know it");
            }};
  }
  std::vector<std::string> asked;
};

TEST(KeyRingTest, WithoutKeysItIsRefused) {
  EXPECT_CODE(EncryptionOptions{}.Validate(), StatusCode::kInvalidArgument);
  EXPECT_CODE(KeyRing::Make({}, {}), StatusCode::kInvalidArgument);
}

TEST(KeyRingTest, AsksOnlyForWhatIsMissing) {
  KeyService service;
  ASSERT_OK_AND_ASSIGN(const auto ring,
                       KeyRing::Make(service.Options({KeyOf('a')}), std::vector{RawIdOf('a'), RawIdOf('b')}));
  EXPECT_THAT(service.asked, ElementsAre(KeyOf('b').id()));
  EXPECT_NE(ring->Find(RawIdOf('b')), nullptr);
  EXPECT_EQ(ring->newest_id(), RawIdOf('a'));
}

TEST(KeyRingTest, AsksForTheNewestIfNoneIsGiven) {
  KeyService service;
  ASSERT_OK_AND_ASSIGN(const auto ring, KeyRing::Make(service.Options(), std::vector{RawIdOf('a')}));
  EXPECT_THAT(service.asked, ElementsAre(IsEmpty()));
  EXPECT_EQ(ring->newest_id(), RawIdOf('a'));
}

TEST(KeyRingTest, TheErrorOfTheServiceIsHandedOn) {
  KeyService service;
  EXPECT_CODE(KeyRing::Make(service.Options(), std::vector{RawIdOf('c')}), StatusCode::kUnavailable);
}

TEST(KeyRingTest, AnAnswerWithAnotherKeyIsRefused) {
  const EncryptionOptions options{.find_key = [](std::string_view) -> Result<EncryptionKey> { return KeyOf('a'); }};
  const Status refused = KeyRing::Make(options, std::vector{RawIdOf('b')}).status();
  EXPECT_CODE(refused, StatusCode::kPermission);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("asked for key " + KeyOf('b').id()));
}

TEST(KeyRingTest, AKeyThatNobodyHasIsLeftOut) {
  ASSERT_OK_AND_ASSIGN(const auto ring, KeyRing::Make({.keys = {KeyOf('a')}}, std::vector{RawIdOf('b')}));
  EXPECT_EQ(ring->Find(RawIdOf('b')), nullptr);
  EXPECT_THAT(ring->Names(), HasSubstr(KeyOf('a').id()));
}

}  // namespace
}  // namespace rookery::crypto
