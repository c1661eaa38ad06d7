// A file is read as far as it goes; what is no file is not waited for.
#include "base/file_reader.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <string>

#include "base/file_error.h"
#include "tests/support/file_bytes.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temp_dir.h"

namespace rookery::base {
namespace {

using ::testing::HasSubstr;

class FileReaderTest : public ::testing::Test {
 protected:
  const testing::TempDir dir_;
};

TEST_F(FileReaderTest, SmallAndLargePiecesComeInOrder) {
  std::string bytes;
  for (int i = 0; bytes.size() < 100'000; ++i) bytes += std::to_string(i);
  testing::WriteBytes(dir_ / "file", bytes);
  auto file = FileReader::Open(dir_ / "file");
  ASSERT_OK(file);
  EXPECT_EQ(file->bytes(), bytes.size());
  std::string read;
  for (std::size_t size = 1; read.size() < bytes.size(); size = size * 3 % 50'021) {
    std::string piece(size, '\0');
    const auto got = file->Read(piece.data(), size);
    ASSERT_OK(got);
    read += piece.substr(0, *got);
  }
  EXPECT_TRUE(read == bytes);
  char more = 0;
  EXPECT_EQ(*file->Read(&more, 1), 0U);
}

TEST_F(FileReaderTest, OfALongFileNotMoreIsReadThanWanted) {
  testing::WriteBytes(dir_ / "file", "hello");
  EXPECT_EQ(*ReadSmallFile(dir_ / "file", 4), "hell");
  EXPECT_EQ(*ReadSmallFile(dir_ / "file", 9), "hello");
}

TEST_F(FileReaderTest, WhatIsNoFileIsAnError) {
  EXPECT_CODE(FileReader::Open(dir_ / "nothing"), StatusCode::kNotFound);
  const Status directory = FileReader::Open(dir_.path()).status();
  EXPECT_CODE(directory, StatusCode::kIoError);
  EXPECT_TRUE(IsOfAccess(directory));
  ASSERT_EQ(::mkfifo((dir_ / "pipe").c_str(), 0600), 0);
  const Status pipe = FileReader::Open(dir_ / "pipe").status();
  EXPECT_CODE(pipe, StatusCode::kIoError);
  EXPECT_THAT(std::string(pipe.message()), HasSubstr("it is a pipe"));
}

}  // namespace
}  // namespace rookery::base
