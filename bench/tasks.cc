#include "bench/tasks.h"

#include "bench/memory_use.h"

namespace rookery::bench {
namespace {

/// A contender, and a meter that was made before it.
class ContenderTask : public Task {
 public:
  explicit ContenderTask(const Stage& stage) : contender_(stage.kind.open(stage.workload, stage.directory)) {}

 protected:
  Contender* contender() { return contender_.get(); }
  const MemoryMeter& memory() const { return memory_; }

 private:
  const MemoryMeter memory_;
  const std::unique_ptr<Contender> contender_;
};

class FillTask final : public ContenderTask {
 public:
  explicit FillTask(const Stage& stage) : ContenderTask(stage), chat_(stage.workload.chat) {}

  Measurement RunRound(int /*round*/) override {
    Fill(chat_, contender());
    return {};
  }
  void Finish() override {
    contender()->Compact();
    contender()->Close();
  }

 private:
  const Chat& chat_;
};

class IngestTask final : public ContenderTask {
 public:
  IngestTask(const Stage& stage, const Scenario& scenario) : ContenderTask(stage), scenario_(scenario) {}

  Measurement RunRound(int round) override {
    Measurement measurement = scenario_.Run(contender());
    memory().AddTo(&measurement);
    // Later rounds run the same code on the same messages.
    if (round == 0) scenario_.Check(contender());
    return measurement;
  }
  void Finish() override {
    contender()->Compact();
    contender()->Close();
  }

 private:
  const Scenario& scenario_;
};

class ReadTask final : public ContenderTask {
 public:
  ReadTask(const Stage& stage, const Scenario& scenario) : ContenderTask(stage), scenario_(scenario) {
    scenario_.Check(contender());
  }

  Measurement RunRound(int /*round*/) override {
    Measurement measurement = scenario_.Run(contender());
    memory().AddTo(&measurement);
    return measurement;
  }
  void Finish() override { contender()->Close(); }

 private:
  const Scenario& scenario_;
};

}  // namespace

std::unique_ptr<Task> NewFillTask(const Stage& stage) { return std::make_unique<FillTask>(stage); }

std::unique_ptr<Task> NewIngestTask(const Stage& stage, const Scenario& scenario) {
  return std::make_unique<IngestTask>(stage, scenario);
}

std::unique_ptr<Task> NewReadTask(const Stage& stage, const Scenario& scenario) {
  return std::make_unique<ReadTask>(stage, scenario);
}

}  // namespace rookery::bench
