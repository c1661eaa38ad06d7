// What the system says about memory, made up.
#include "assembly/memory_limit.h"

#include <gtest/gtest.h>

#include <map>

namespace rookery::assembly {
namespace {

class MemoryLimitTest : public ::testing::Test {
 protected:
  std::optional<std::uint64_t> Limit() const {
    return MemoryLimit([this](const std::string& path) -> std::optional<std::string> {
      const auto file = files_.find(path);
      return file == files_.end() ? std::nullopt : std::optional(file->second);
    });
  }

  std::map<std::string, std::string> files_ = {{"/proc/meminfo", "MemTotal:       8000 kB\nMemFree:  1 kB\n"}};
};

TEST_F(MemoryLimitTest, TheMachinesMemoryIsALimit) { EXPECT_EQ(Limit(), 8'192'000U); }

TEST_F(MemoryLimitTest, WithoutAnythingToReadThereIsNone) {
  files_.clear();
  EXPECT_EQ(Limit(), std::nullopt);
  files_ = {{"/proc/meminfo", "nonsense"}, {"/proc/self/cgroup", "more\n::\n"}};
  EXPECT_EQ(Limit(), std::nullopt);
}

TEST_F(MemoryLimitTest, InVersion2TheLeastUpTheHierarchyCounts) {
  files_["/proc/self/cgroup"] = "0::/system/app\n";
  files_["/sys/fs/cgroup/system/app/memory.max"] = "max\n";
  files_["/sys/fs/cgroup/system/memory.max"] = "1000000\n";
  files_["/sys/fs/cgroup/memory.max"] = "2000000\n";
  EXPECT_EQ(Limit(), 1'000'000U);
}

TEST_F(MemoryLimitTest, InANamespaceOfItsOwnTheRootCounts) {
  files_["/sys/fs/cgroup/memory.max"] = "3000000\n";
  files_["/proc/self/cgroup"] = "0::/\n";
  EXPECT_EQ(Limit(), 3'000'000U);
  files_["/proc/self/cgroup"] = "0::/../../outside\n";
  EXPECT_EQ(Limit(), 3'000'000U);
}

TEST_F(MemoryLimitTest, InVersion1TheMemoryControllerCounts) {
  files_["/proc/self/cgroup"] = "5:cpu,cpuacct:/a\n4:memory:/docker/x\n";
  files_["/sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes"] = "500000\n";
  files_["/sys/fs/cgroup/memory/memory.limit_in_bytes"] = "9223372036854771712\n";
  files_["/sys/fs/cgroup/memory/a/memory.limit_in_bytes"] = "1\n";
  EXPECT_EQ(Limit(), 500'000U);
}

TEST_F(MemoryLimitTest, WhatIsNoLimitIsNone) {
  files_["/proc/self/cgroup"] = "4:memory:/\n";
  files_["/sys/fs/cgroup/memory/memory.limit_in_bytes"] = "9223372036854771712\n";
  EXPECT_EQ(Limit(), 8'192'000U);
}

TEST_F(MemoryLimitTest, ThisMachineHasSome) { EXPECT_GT(MemoryLimit().value_or(0), std::uint64_t{1} << 20); }

}  // namespace
}  // namespace rookery::assembly
