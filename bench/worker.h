// A process of its own for one contender, so that memory can be told apart and nothing of one contender helps another.
//
// Idea: the child is forked with the chat already in memory, makes its task there and then does one round whenever it
// is told to; in between it sleeps. Commands and answers go through a pair of pipes.
#pragma once

#include <sys/types.h>

#include <functional>
#include <memory>
#include <string>

#include "bench/measurement.h"

namespace rookery::bench {

/// What a worker does. Lives in the child only.
class Task {
 public:
  virtual ~Task() = default;
  virtual Measurement RunRound(int round) = 0;
  virtual void Finish() = 0;
};

/// Owned by one thread. REQUIRES: no other thread runs when it is made, as fork would lose it.
class Worker {
 public:
  /// Forks and waits until the task is made. `name` is for messages. A Failure in the child is thrown here, as
  /// everywhere.
  Worker(std::string name, const std::function<std::unique_ptr<Task>()>& make_task);
  /// Ends the child, if it still runs, without letting it finish.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  const std::string& name() const { return name_; }
  Measurement RunRound(int round);
  /// Finishes the task and waits for the process to end.
  void Finish();

 private:
  Measurement ReceiveAnswer();
  [[noreturn]] void ThrowDeath();
  void End();

  std::string name_;
  pid_t child_ = -1;
  int commands_ = -1;  // written here
  int answers_ = -1;   // read here
};

}  // namespace rookery::bench
