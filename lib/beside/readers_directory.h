// The directory `readers` of a store: where those who read beside its owner find what they need.
//
//   store/readers/ROOKERY-READERS           of which store; nothing in a directory without it is touched
//   store/readers/socket                    see reader_socket.h
//   store/readers/000001/checkpoint         see checkpoint_note.h
//   store/readers/000001/lock               held, shared, by those who read the checkpoint
//   store/readers/000001/ROOKERY, cell-0000/  the copy
//   store/readers/000001.part/, .gone/      being made, being removed
//
// The part of a cell is in the same places of the cell's own directory, where its files can be linked; it has neither
// note nor lock, and is there as long as the checkpoint of the main cell is.
//
// Invariant: a checkpoint is whole when it has got its name, and nobody changes it from then on. Only the owner of the
// store makes and removes anything here.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "rookery/status.h"

namespace rookery::beside {

class ReadersDirectory {
 public:
  /// `store`: of the main cell, or of another one.
  explicit ReadersDirectory(const std::filesystem::path& store);

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path socket_path() const { return path_ / "socket"; }
  std::filesystem::path PathOf(std::string_view checkpoint) const { return path_ / checkpoint; }
  std::filesystem::path LockPath(std::string_view checkpoint) const { return PathOf(checkpoint) / "lock"; }
  std::filesystem::path NotePath(std::string_view checkpoint) const { return PathOf(checkpoint) / "checkpoint"; }
  std::filesystem::path DraftPath(std::string_view checkpoint) const;
  std::filesystem::path GonePath(std::string_view checkpoint) const;

  /// Makes it, with mode 0700, if nothing is there. kAlreadyExists: something else is. kPermission: its mode or owner
  /// would let others in.
  Status Prepare(std::string_view store_id) const;
  /// Whether it is there and is the one of this store. Anything else is not ours, and no error.
  bool IsOf(std::string_view store_id) const;

  /// The whole checkpoints, oldest first.
  Result<std::vector<std::string>> Checkpoints() const;
  /// The directories of what was not made or not removed to its end.
  Result<std::vector<std::filesystem::path>> Leftovers() const;

 private:
  std::filesystem::path path_;
};

/// "000012".
std::string NameOfCheckpoint(std::uint64_t number);
bool IsCheckpointName(std::string_view name);
/// Of a name that is one.
std::uint64_t NumberOfCheckpoint(std::string_view name);

}  // namespace rookery::beside
