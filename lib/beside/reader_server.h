// Serves the readers of other processes: a thread that listens at `readers/socket`, has checkpoints made when somebody
// asks, and removes what nobody reads any more.
//
// Invariant: nobody who connects, whatever they send or do not send, keeps it from anything for longer than it takes to
// look at it: reads and writes never wait, and connections are few and have deadlines. Who writes to the store waits
// for a checkpoint's cut, and for nothing else.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/descriptor.h"
#include "beside/checkpoints.h"
#include "beside/reader_connection.h"
#include "cells/cell_set.h"
#include "rookery/beside.h"
#include "rookery/clock.h"
#include "rookery/logger.h"
#include "rookery/status.h"
#include "store/attendant.h"

namespace rookery::beside {

class ReaderServer final : public store::Attendant {
 public:
  struct Config {
    std::shared_ptr<const cells::CellSet> cells;  // open until BeforeClose has returned
    ServeReadersOptions options;
    std::shared_ptr<const Clock> clock;
    std::shared_ptr<Logger> logger = {};  // may be null
  };

  /// Errors of ReadersDirectory::Prepare and ListenAt. kBusy: the system gave no thread.
  static Result<std::shared_ptr<ReaderServer>> Start(Config config);
  ~ReaderServer() override { Stop(); }

  Status MayClose() const override { return {}; }
  Status BeforeClose() override {
    Stop();
    return {};
  }
  Status Drain(std::chrono::milliseconds /*timeout*/) override { return {}; }
  std::uint64_t memory_bytes() const override { return 0; }

 private:
  using Clock = std::chrono::steady_clock;
  /// A reader, and how many checkpoints there were when it asked.
  struct Waiting {
    ReaderConnection connection;
    std::uint64_t made_before = 0;
    Timestamp asked_at = {};
  };

  ReaderServer(Config config, std::unique_ptr<Checkpoints> checkpoints, base::Descriptor listener,
               base::Descriptor wake, std::filesystem::path socket);
  void Stop();
  void Run();
  /// Until something happens, or has to be done.
  void Wait();
  std::chrono::milliseconds PatienceAt(Clock::time_point now) const;
  void Accept();
  void MakeRoom();
  void Take(Waiting* reader);
  void AnswerAll();
  bool IsServed(const Waiting& reader) const;
  void MakeCheckpoint();
  void Prune();
  void Complain(const Status& status);

  const Config config_;
  const std::filesystem::path socket_path_;
  base::Descriptor listener_;  // none once it has stopped
  const base::Descriptor wake_;
  std::atomic<bool> stopping_{false};

  // Of the thread, until it has ended.
  std::unique_ptr<Checkpoints> checkpoints_;
  std::vector<Waiting> readers_;
  std::uint64_t made_ = 0;  // checkpoints
  Clock::time_point next_make_{};
  Clock::time_point next_prune_{};
  Clock::time_point next_accept_{};
  std::string complaint_;  // the last one

  std::thread thread_;
};

}  // namespace rookery::beside
