// What the doctor must leave alone when it mends, and that it can be killed while it does.
#include <gmock/gmock.h>

#include <functional>

#include "rookery/doctor.h"
#include "tests/assembly/damage_fixture.h"
#include "tests/support/file_bytes.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class MendTest : public DamageTest {
 protected:
  void SetUp() override {
    Make();
    PostSome(3);
  }
  fs::path Witness() const { return path() / "witness"; }
  fs::path Cell() const { return path() / "cells" / "dm"; }
  void AddCell() {
    ASSERT_OK(store_->AddCell({.name = "dm", .prefixes = {"dm/"}, .routing = HashRouting{.shards = 2}}));
    ASSERT_OK(store_->Post({.channel = "dm/1", .author = "ada", .content = "hello"}));
  }
  Diagnosis Mended(const DoctorOptions& options = {}) const {
    const auto mended = Mend(path(), options);
    EXPECT_OK(mended);
    return mended ? *mended : Diagnosis();
  }
  /// A store like this one, with a cell of the same name.
  fs::path MakeOther() const {
    const fs::path other = dir_.path() / "other";
    auto store = Store::Open(other, options_);
    EXPECT_OK(store);
    EXPECT_OK(store->AddCell({.name = "dm", .prefixes = {"dm/"}, .routing = HashRouting{.shards = 2}}));
    EXPECT_OK(store->Close());
    return other;
  }
};

TEST_F(MendTest, AWitnessThatIsRightStaysWhereTheIdentityIsAnothers) {
  Close();
  fs::copy_file(MakeOther() / "ROOKERY", path() / "ROOKERY", fs::copy_options::overwrite_existing);
  const Finding finding = Find(Examine(), "identity_foreign");
  EXPECT_EQ(finding.where, (path() / "ROOKERY").string());
  EXPECT_THAT(finding.text, HasSubstr("as is the witness"));
  const auto before = TreeOf(path());
  const Diagnosis mended = Mended();
  EXPECT_FALSE(mended.ok());
  EXPECT_THAT(CodesOf(mended), Not(Contains(HasSubstr("witness"))));
  EXPECT_TRUE(BytesOf(Witness()) == before.at(Witness().string()));
  EXPECT_FALSE(fs::exists(Witness().string() + ".damaged"));
}

TEST_F(MendTest, AWitnessOfAnotherStoreIsMadeAnew) {
  Close();
  fs::copy_file(MakeOther() / "witness", Witness(), fs::copy_options::overwrite_existing);
  EXPECT_TRUE(Mended().ok());
  Open();
  EXPECT_EQ(CountLost(*store_, {}), 0);
}

TEST_F(MendTest, OfAWitnessThatWasMadeAnewItSaysWhatNobodyKnows) {
  Crash();
  fs::remove(Witness());
  const Diagnosis mended = Mended();
  EXPECT_TRUE(mended.ok());
  const Finding note = Find(mended, "end_unknown");
  EXPECT_EQ(note.severity, Severity::kNote);
  EXPECT_EQ(note.where, Witness().string());
  EXPECT_THAT(CodesOf(Mended()), Not(Contains("end_unknown"))) << "it was made before";
}

TEST_F(MendTest, NothingIsMendedInWhatIsAnotherStores) {
  AddCell();
  Close();
  const fs::path others = MakeOther() / "cells" / "dm";
  fs::remove_all(Cell());
  fs::rename(others, Cell());
  fs::remove(Cell() / "witness");
  fs::remove(Cell() / "lock");
  fs::remove(Cell() / "cell-0000" / "CURRENT");
  WriteBytes(Cell() / "ROOKERY.new", "draft");
  const auto before = TreeOf(Cell());
  const Diagnosis mended = Mended();
  Find(mended, "cell_foreign");
  EXPECT_THAT(mended.done, IsEmpty());
  EXPECT_FALSE(mended.complete);
  EXPECT_TRUE(TreeOf(Cell()) == before);
}

TEST_F(MendTest, WhatAKilledDoctorLeftIsADraft) {
  Crash();
  const fs::path scratch = path() / "doctor-scratch";
  fs::create_directory(scratch);
  fs::create_symlink(NewestLog(), scratch / NewestLog().filename());
  fs::copy_file(Current(), engine() / "CURRENT.new");
  fs::rename(Current(), engine() / "CURRENT.damaged");
  EXPECT_EQ(Find(Examine(), "draft").severity, Severity::kNote);
  const Diagnosis mended = Mended();
  EXPECT_TRUE(mended.ok());
  EXPECT_THAT(mended.done, Contains(HasSubstr("removed " + scratch.string())));
  EXPECT_FALSE(fs::exists(scratch));
  EXPECT_FALSE(fs::exists(engine() / "CURRENT.new"));
  EXPECT_TRUE(fs::exists(NewestLog())) << "the link was removed, and not the log";
  Open();
  EXPECT_EQ(CountLost(*store_, {}), 0);
}

TEST_F(MendTest, WhatCameToBeRightMeanwhileIsLeftAlone) {
  AddCell();
  Close();
  const std::string witness = BytesOf(Witness());
  fs::remove(Witness());
  // While the last cell is examined the main one is anybody's, and its witness was looked for before.
  int examined = 0;
  const auto put_back = [&](std::string_view what, std::uint64_t /*done*/, std::uint64_t /*total*/) {
    // It is examined quickly, for files to mend, and then wholly.
    if (what.ends_with("cells/dm/cell-0000") && ++examined == 2) WriteBytes(Witness(), witness);
    return true;
  };
  const Diagnosis mended = Mended({.progress = put_back});
  EXPECT_TRUE(mended.ok());
  EXPECT_THAT(mended.done, IsEmpty());
  EXPECT_TRUE(BytesOf(Witness()) == witness);
}

}  // namespace
}  // namespace rookery::testing
