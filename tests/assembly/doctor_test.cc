// The doctor names what is damaged, writes nothing, and mends what can be mended without losing anything.
#include <gmock/gmock.h>

#include <functional>

#include "tests/assembly/damage_fixture.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class DoctorTest : public DamageTest {
 protected:
  /// Half of the messages are in tables, the other half in the log.
  void SetUp() override {
    Make();
    PostSome(40);
    ASSERT_OK(store_->Put("channel 0", "key", "value"));
    ASSERT_OK(store_->Compact());
    Close();  // and so nothing is deleted in the background while the store is copied
    Open();
    PostSome(40);
  }
  Diagnosis Mended() const {
    const auto mended = Mend(path());
    EXPECT_OK(mended);
    return mended ? *mended : Diagnosis();
  }
  void ExpectAllThere() {
    Open();
    ASSERT_TRUE(store_.has_value());
    EXPECT_EQ(CountLost(*store_, {}), 0);
    Close();
  }
};

TEST_F(DoctorTest, NothingIsWrongWithASoundStore) {
  Crash();
  EXPECT_THAT(CodesOf(Examine()), IsEmpty());
  Open();
  Close();
  const Diagnosis diagnosis = Examine();
  EXPECT_THAT(CodesOf(diagnosis), IsEmpty());
  EXPECT_TRUE(diagnosis.ok());
  EXPECT_TRUE(diagnosis.complete);
  EXPECT_THAT(Mended().done, IsEmpty());
}

TEST_F(DoctorTest, ThereIsNoStoreWhereNothingIs) {
  EXPECT_CODE(Diagnose(dir_.path() / "nothing"), StatusCode::kNotAStore);
  EXPECT_CODE(Mend(dir_.path() / "nothing"), StatusCode::kNotAStore);
}

TEST_F(DoctorTest, OfAStoreThatIsOpenItSaysInWhichProcess) {
  const auto diagnosis = Diagnose(path());
  ASSERT_OK(diagnosis);
  EXPECT_FALSE(diagnosis->complete);
  EXPECT_THAT(Find(*diagnosis, "in_use").text, HasSubstr("process "));
  EXPECT_CODE(Mend(path()), StatusCode::kLocked);
}

TEST_F(DoctorTest, ItCanBeStopped) {
  Crash();
  EXPECT_CODE(Diagnose(path(), {.progress = [](std::string_view, std::uint64_t, std::uint64_t) { return false; }}),
              StatusCode::kInterrupted);
}

struct Damage {
  const char* name;
  std::function<fs::path(const fs::path& engine)> file;
  std::function<void(const fs::path& file)> damage;
  const char* code;
  bool is_note = false;
};

void Remove(const fs::path& file) { fs::remove(file); }
void RemoveAllOptions(const fs::path& file) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(file.parent_path())) {
    if (entry.path().filename().string().starts_with("OPTIONS-")) files.push_back(entry.path());
  }
  for (const fs::path& one : files) fs::remove(one);
}
void RemoveAllLogs(const fs::path& file) {
  for (const fs::path& log : FilesWith(file.parent_path(), ".log")) fs::remove(log);
}
void Cut(const fs::path& file) { fs::resize_file(file, fs::file_size(file) / 2); }
void CutWitness(const fs::path& file) { fs::resize_file(file, 5000); }
void Flip(const fs::path& file) { FlipByte(file, fs::file_size(file) / 3); }
void FlipTwice(const fs::path& file) {  // both records of a witness
  FlipByte(file, 20);
  FlipByte(file, 4096 + 20);
}

fs::path Starting(const fs::path& engine, const std::string& start) {
  fs::path found;
  for (const auto& entry : fs::directory_iterator(engine)) {
    if (entry.path().filename().string().starts_with(start) && entry.path() > found) found = entry.path();
  }
  return found;
}
fs::path CurrentIn(const fs::path& engine) { return engine / "CURRENT"; }
fs::path ManifestIn(const fs::path& engine) { return Starting(engine, "MANIFEST-"); }
fs::path OptionsIn(const fs::path& engine) { return Starting(engine, "OPTIONS-"); }
fs::path LogIn(const fs::path& engine) { return FilesWith(engine, ".log").back(); }
fs::path TableIn(const fs::path& engine) { return FilesWith(engine, ".sst").back(); }
fs::path BlobIn(const fs::path& engine) { return FilesWith(engine, ".blob").back(); }
fs::path IdentityIn(const fs::path& engine) { return engine.parent_path() / "ROOKERY"; }
fs::path WitnessIn(const fs::path& engine) { return engine.parent_path() / "witness"; }

class DamageKindTest : public DoctorTest, public ::testing::WithParamInterface<Damage> {};

TEST_P(DamageKindTest, IsNamedWithItsFileAndNothingIsWritten) {
  Crash();
  const Damage& damage = GetParam();
  const fs::path file = damage.file(engine());
  damage.damage(file);
  const Diagnosis diagnosis = Examine();
  const Finding finding = Find(diagnosis, damage.code);
  EXPECT_THAT(file.string(), ::testing::StartsWith(finding.where));
  EXPECT_EQ(finding.severity, damage.is_note ? Severity::kNote : Severity::kDamage);
  EXPECT_FALSE(finding.remedy.empty());
  EXPECT_EQ(diagnosis.ok(), damage.is_note);
}

INSTANTIATE_TEST_SUITE_P(
    All, DamageKindTest,
    ::testing::Values(
        Damage{"CurrentMissing", CurrentIn, Remove, "current_missing"},
        Damage{"CurrentCut", CurrentIn, Cut, "current_damaged"},
        Damage{"CurrentFlipped", CurrentIn, Flip, "current_damaged"},
        Damage{"ManifestMissing", ManifestIn, Remove, "manifest_missing"},
        Damage{"ManifestCut", ManifestIn, Cut, "manifest_damaged"},
        Damage{"ManifestFlipped", ManifestIn, Flip, "manifest_damaged"},
        Damage{"OptionsMissing", OptionsIn, RemoveAllOptions, "options_missing", true},
        Damage{"OptionsCut", OptionsIn, Cut, "options_damaged", true},
        Damage{"LogMissing", LogIn, RemoveAllLogs, "log_missing"}, Damage{"LogCut", LogIn, Cut, "writes_missing"},
        Damage{"LogFlipped", LogIn, Flip, "log_damaged"}, Damage{"TableMissing", TableIn, Remove, "table_missing"},
        Damage{"TableCut", TableIn, Cut, "table_damaged"}, Damage{"TableFlipped", TableIn, Flip, "table_damaged"},
        Damage{"BlobMissing", BlobIn, Remove, "blob_file_missing"}, Damage{"BlobCut", BlobIn, Cut, "blob_file_damaged"},
        Damage{"BlobFlipped", BlobIn, Flip, "blob_file_damaged"},
        Damage{"IdentityMissing", IdentityIn, Remove, "identity_missing"},
        Damage{"IdentityCut", IdentityIn, Cut, "identity_damaged"},
        Damage{"IdentityFlipped", IdentityIn, Flip, "identity_damaged"},
        Damage{"WitnessMissing", WitnessIn, Remove, "witness_missing"},
        Damage{"WitnessCut", WitnessIn, CutWitness, "witness_damaged"},
        Damage{"WitnessFlipped", WitnessIn, FlipTwice, "witness_damaged"}),
    [](const auto& test) { return test.param.name; });

TEST_F(DoctorTest, WithoutTheNewestLogItSaysWhatIsMissing) {
  Crash();
  fs::remove(NewestLog());
  const Diagnosis diagnosis = Examine();
  EXPECT_FALSE(diagnosis.ok());
  for (const Finding& finding : diagnosis.findings) {
    EXPECT_THAT(finding.code, AnyOf("writes_missing", "log_missing"));
  }
}

TEST_F(DoctorTest, ADamagedTableIsNamedWithTheRowsThatItHolds) {
  Crash();
  FlipByte(Table(), fs::file_size(Table()) / 3);
  const Finding finding = Find(Examine(), "table_damaged");
  EXPECT_EQ(finding.where, Table().string());
  EXPECT_THAT(finding.text, HasSubstr("shard-0"));
  EXPECT_THAT(finding.text, HasSubstr("channel \"channel "));
}

TEST_F(DoctorTest, QuickLooksOnlyAtWhatIsThere) {
  Crash();
  FlipByte(Table(), fs::file_size(Table()) / 3);
  EXPECT_THAT(CodesOf(Examine({.deep = false})), IsEmpty());
}

TEST_F(DoctorTest, OfADamagedLogItSaysWhichMessagesThatCosts) {
  PostSome(1);
  const auto newest = [&](int channel) {
    return std::to_string(store_->History(Channel(channel), {.limit = 1})->front().id().value);
  };
  const std::string before_last = newest(kChannels - 2);
  const std::string last = newest(kChannels - 1);
  Crash();
  const auto size = fs::file_size(NewestLog());
  FlipByte(NewestLog(), size - 400);  // the last rows have 300 bytes and more
  const Finding finding = Find(Examine(), "log_damaged");
  EXPECT_EQ(finding.where, NewestLog().string());
  EXPECT_THAT(finding.text, HasSubstr("channel \"channel "));
  EXPECT_THAT(finding.text, AnyOf(HasSubstr(before_last), HasSubstr(last)));
}

TEST_F(DoctorTest, PutsCurrentBack) {
  Crash();
  fs::remove(Current());
  const Diagnosis mended = Mended();
  EXPECT_TRUE(mended.ok());
  EXPECT_THAT(mended.done, Contains(HasSubstr("CURRENT back")));
  ExpectAllThere();
}

TEST_F(DoctorTest, PutsManifestBackAndKeepsTheDamagedOne) {
  Crash();
  const fs::path manifest = Manifest();
  FlipByte(manifest, fs::file_size(manifest) / 2);
  const Diagnosis mended = Mended();
  EXPECT_TRUE(mended.ok());
  EXPECT_TRUE(fs::exists(manifest.string() + ".damaged"));
  ExpectAllThere();
}

TEST_F(DoctorTest, PutsBothBackOfAStoreThatWasClosed) {
  Close();
  fs::remove(Manifest());
  fs::remove(Current());
  EXPECT_TRUE(Mended().ok());
  ExpectAllThere();
}

TEST_F(DoctorTest, ACopyThatLeadsToLessIsNotPutBack) {
  Close();
  const fs::path old = dir_.path() / "old";
  fs::copy(engine() / "kept", old, fs::copy_options::recursive);
  Open();
  PostSome(5);
  Close();
  fs::remove_all(engine() / "kept");
  fs::copy(old, engine() / "kept", fs::copy_options::recursive);
  fs::remove(Manifest());
  const auto before = TreeOf(engine());
  const Diagnosis mended = Mended();
  EXPECT_FALSE(mended.ok());
  EXPECT_THAT(mended.done, Contains(HasSubstr("left the manifest as it is")));
  EXPECT_EQ(TreeOf(engine()), before);
}

TEST_F(DoctorTest, MakesTheWitnessAnewOfAStoreThatHasAllElse) {
  Crash();
  fs::remove(path() / "witness");
  EXPECT_TRUE(Mended().ok());
  ExpectAllThere();
}

TEST_F(DoctorTest, MakesNoWitnessOfAStoreThatIsDamaged) {
  Crash();
  fs::remove(path() / "witness");
  FlipByte(Table(), fs::file_size(Table()) / 3);
  const Diagnosis mended = Mended();
  EXPECT_FALSE(mended.ok());
  EXPECT_FALSE(fs::exists(path() / "witness"));
}

TEST_F(DoctorTest, RemovesDrafts) {
  Close();
  fs::copy_file(path() / "ROOKERY", path() / "ROOKERY.new");
  EXPECT_EQ(Find(Examine(), "draft").where, (path() / "ROOKERY.new").string());
  EXPECT_THAT(Mended().findings, IsEmpty());
  EXPECT_FALSE(fs::exists(path() / "ROOKERY.new"));
}

TEST_F(DoctorTest, EachCellIsExaminedAndMended) {
  ASSERT_OK(store_->AddCell({.name = "dm", .prefixes = {"dm/"}, .routing = HashRouting{.shards = 2}}));
  ASSERT_OK(store_->Post({.channel = "dm/1", .author = "ada", .content = "hello"}));
  Close();
  EXPECT_THAT(CodesOf(Examine()), IsEmpty());
  const fs::path cell = path() / "cells" / "dm";
  fs::remove(cell / "cell-0000" / "CURRENT");
  fs::remove(cell / "witness");
  const Diagnosis diagnosis = Examine();
  EXPECT_EQ(Find(diagnosis, "current_missing").where, (cell / "cell-0000" / "CURRENT").string());
  Find(diagnosis, "witness_missing");
  fs::copy_file(path() / "witness", cell / "witness");
  EXPECT_THAT(CodesOf(Mended()), Contains("witness_damaged")) << "by another's witness nothing is put back";
}

TEST_F(DoctorTest, ACellThatVanishedIsNamed) {
  ASSERT_OK(store_->AddCell({.name = "dm", .prefixes = {"dm/"}, .routing = HashRouting{.shards = 2}}));
  Close();
  fs::remove_all(path() / "cells" / "dm");
  EXPECT_THAT(Find(Examine(), "engine_missing").where, HasSubstr("cells/dm"));
}

}  // namespace
}  // namespace rookery::testing
