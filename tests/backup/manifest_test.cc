// A manifest is written in one way, and whatever bytes are read as one do no harm.
#include "backup/manifest.h"

#include <gmock/gmock.h>

#include "codec/checksum.h"
#include "tests/support/status_matchers.h"

namespace rookery::testing {
namespace {

using backup::DecodeManifest;
using backup::EncodeManifest;
using backup::Manifest;
using backup::ManifestFile;

Manifest Some() {
  Manifest manifest{.name = "000007-20261123T165102Z",
                    .store_id = std::string(32, 'a'),
                    .made_by = "0.1.0",
                    .created_at = Timestamp{std::chrono::milliseconds{1'790'000'000'000}},
                    .left_out = {"dm"},
                    .cells = {}};
  backup::ManifestCell& main = manifest.cells.emplace_back();
  main.cell.name = "main";
  main.cell.store_id = manifest.store_id;
  main.key_ids = {std::string(32, 'b'), std::string(32, 'c')};
  main.cell.epoch = Epoch{3};
  main.cell.position = 99;
  main.cell.shards.push_back({.counts = {.messages = 5, .records = 1, .attachments = 2},
                              .print = {.rows = 9, .bytes = 1000, .high = 1, .low = 2}});
  for (const char* name : {"CURRENT", "MANIFEST-000005", "OPTIONS-000007", "000006.log", "ROOKERY"}) {
    main.files.push_back({.name = name, .size = 10, .checksum = {3, 4}, .shared = false});
  }
  main.files.push_back({.name = "000012.sst", .size = 4096, .checksum = {5, 6}, .shared = true});
  return manifest;
}

/// With the checksum that it would have to have.
std::string Sealed(std::string text) {
  const std::size_t last = text.rfind("checksum ");
  text.resize(last);
  return text += "checksum " + codec::ChecksumOf(text).ToHex() + "\n";
}

std::string With(const std::string& from, const std::string& to) {
  std::string text = EncodeManifest(Some());
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return Sealed(text.replace(at, from.size(), to));
}

TEST(ManifestTest, ComesBackAsItWas) {
  const std::string text = EncodeManifest(Some());
  ASSERT_OK_AND_ASSIGN(const Manifest manifest, DecodeManifest(text));
  EXPECT_EQ(EncodeManifest(manifest), text);
  EXPECT_EQ(manifest.cells[0].files, Some().cells[0].files);
  const BackupInfo info = backup::InfoOf(manifest);
  EXPECT_EQ(info.bytes, 4146U);
  EXPECT_EQ(info.counts.messages, 5U);
  EXPECT_EQ(info.key_ids, std::vector<std::string>({std::string(32, 'b'), std::string(32, 'c')}));
}

TEST(ManifestTest, AnyPrefixAndAnyFlippedByteIsRefused) {
  const std::string text = EncodeManifest(Some());
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(DecodeManifest(text.substr(0, i))) << i;
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    EXPECT_FALSE(DecodeManifest(flipped)) << i;
  }
}

TEST(ManifestTest, NamesLeadNowhereElse) {
  for (const char* name : {"../000012.sst", "/etc/passwd", "..", ".", "a/000012.sst", "000012.sst/..", "x.sst",
                           "MANIFEST-../x", "LOCK", "000012.sst\t", "123456789012345678901.sst", ".sst"}) {
    EXPECT_CODE(DecodeManifest(With("000012.sst", name)), StatusCode::kCorruption);
  }
  for (const char* name : {"../x", "/tmp", "..", "A", "-x", ""}) {
    EXPECT_CODE(DecodeManifest(With("left_out dm", std::string("left_out ") + name)), StatusCode::kCorruption);
    EXPECT_CODE(DecodeManifest(With("cell main", std::string("cell ") + name)), StatusCode::kCorruption);
  }
  for (const char* name : {"../../x", "000007", "000007-20261123T165102Z/..", "x-20261123T165102Z"}) {
    EXPECT_CODE(DecodeManifest(With("000007-20261123T165102Z", name)), StatusCode::kCorruption);
  }
}

TEST(ManifestTest, SizesAreBounded) {
  EXPECT_CODE(DecodeManifest(With(" 4096 ", " 18446744073709551615 ")), StatusCode::kCorruption);
  EXPECT_CODE(DecodeManifest(With(" 4096 ", " 18446744073709551616 ")), StatusCode::kCorruption);
  EXPECT_CODE(DecodeManifest(With(" 4096 ", " -1 ")), StatusCode::kCorruption);
  EXPECT_CODE(DecodeManifest(With("shard 5 ", "shard 18446744073709551615 ")), StatusCode::kCorruption);
  EXPECT_OK(DecodeManifest(With(" 4096 ", " 1125899906842624 ")));
}

TEST(ManifestTest, WhatACellNeedsIsThere) {
  for (const char* name : {"CURRENT", "MANIFEST-000005", "000006.log", "ROOKERY"}) {
    Manifest manifest = Some();
    std::erase_if(manifest.cells[0].files, [&](const ManifestFile& file) { return file.name == name; });
    EXPECT_CODE(DecodeManifest(EncodeManifest(manifest)), StatusCode::kCorruption);
  }
  Manifest twice = Some();
  twice.cells.push_back(twice.cells[0]);
  EXPECT_CODE(DecodeManifest(EncodeManifest(twice)), StatusCode::kCorruption);
  twice = Some();
  twice.cells[0].files.push_back(twice.cells[0].files[0]);
  EXPECT_CODE(DecodeManifest(EncodeManifest(twice)), StatusCode::kCorruption);
}

TEST(ManifestTest, NewerFormatSaysSo) {
  EXPECT_CODE(DecodeManifest(With("format 1", "format 2")), StatusCode::kFormatNewer);
}

}  // namespace
}  // namespace rookery::testing
