// A store that is encrypted, read beside its owner: with its keys, and nothing in clear on the disk.
#include <gmock/gmock.h>

#include "tests/assembly/encryption_fixture.h"
#include "tests/beside/beside_fixture.h"
#include "tests/store/store_dump.h"

namespace rookery::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class EncryptedViewTest : public EncryptionTest {
 protected:
  void SetUp() override {
    options_.serve_readers = AtOnce();
    Open("k");
    Fill(0);
    ASSERT_OK(store().Compact());
    Fill(1);
  }
  Result<Store> View(std::string_view keys) const {
    StoreOptions options;
    if (!keys.empty()) options.encryption = EncryptionOptions{.keys = KeysOf(keys)};
    return ReadBeside(path(), options);
  }
};

TEST_F(EncryptedViewTest, WithTheKeyItIsRead) {
  ASSERT_OK_AND_ASSIGN(const Store view, View("k"));
  EXPECT_EQ(DumpOf(view), DumpOf(store()));
  EXPECT_THAT(FilesWithCanary(path()), IsEmpty());
}

TEST_F(EncryptedViewTest, WithoutTheKeyItIsNot) {
  EXPECT_CODE(View(""), StatusCode::kPermission);
  EXPECT_CODE(View("x"), StatusCode::kPermission);
}

TEST_F(EncryptedViewTest, AfterARotationBothKeysAreNeeded) {
  Close();
  Open("nk");
  Fill(2);
  ASSERT_OK_AND_ASSIGN(const Store view, View("nk"));
  EXPECT_EQ(DumpOf(view), DumpOf(store()));
  const auto half = View("n");
  EXPECT_CODE(half, StatusCode::kPermission);
  EXPECT_THAT(std::string(half.status().message()), HasSubstr("needs key " + KeyOf('k').id()));
}

}  // namespace
}  // namespace rookery::testing
