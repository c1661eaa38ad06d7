#include "bench/worker.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "bench/failure.h"
#include "bench/pipe.h"

namespace rookery::bench {
namespace {

constexpr std::string_view kFinish = "finish";

std::string EncodeAnswer(const Measurement& measurement) {
  nlohmann::json metrics = nlohmann::json::array();
  for (const Metric& metric : measurement) metrics.push_back({metric.name, metric.unit, metric.value});
  return nlohmann::json{{"metrics", std::move(metrics)}}.dump();
}

std::string EncodeFailure(std::string_view message) {
  return nlohmann::json{{"failure", message}}.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Measurement DecodeAnswer(const std::string& name, const std::string& text) {
  const nlohmann::json answer = nlohmann::json::parse(text);
  if (answer.contains("failure")) throw Failure(name + ": " + answer["failure"].get<std::string>());
  Measurement measurement;
  for (const auto& metric : answer.at("metrics")) measurement.push_back({metric.at(0), metric.at(1), metric.at(2)});
  return measurement;
}

/// The child's life: make the task, obey, answer every command.
void Serve(int commands, int answers, const std::function<std::unique_ptr<Task>()>& make_task) {
  try {
    const std::unique_ptr<Task> task = make_task();
    SendMessage(answers, EncodeAnswer({}));
    while (const std::optional<std::string> command = ReceiveMessage(commands)) {
      if (*command == kFinish) {
        task->Finish();
        SendMessage(answers, EncodeAnswer({}));
        return;
      }
      SendMessage(answers, EncodeAnswer(task->RunRound(std::stoi(*command))));
    }
  } catch (const std::exception& error) {
    SendMessage(answers, EncodeFailure(error.what()));
  }
}

std::array<int, 2> NewPipe() {
  std::array<int, 2> ends{};
  Require(::pipe(ends.data()) == 0, std::string("cannot make a pipe: ") + std::strerror(errno));
  return ends;
}

}  // namespace

Worker::Worker(std::string name, const std::function<std::unique_ptr<Task>()>& make_task) : name_(std::move(name)) {
  const auto [command_reader, command_writer] = NewPipe();
  const auto [answer_reader, answer_writer] = NewPipe();
  child_ = ::fork();
  Require(child_ >= 0, std::string("cannot start a process: ") + std::strerror(errno));
  if (child_ == 0) {
    ::close(command_writer);
    ::close(answer_reader);
    ::signal(SIGINT, SIG_DFL);
    Serve(command_reader, answer_writer, make_task);
    // Not exit(): what the parent made is not the child's to destroy.
    ::_exit(0);
  }
  ::close(command_reader);
  ::close(answer_writer);
  commands_ = command_writer;
  answers_ = answer_reader;
  try {
    ReceiveAnswer();
  } catch (...) {
    End();
    throw;
  }
}

Worker::~Worker() { End(); }

Measurement Worker::RunRound(int round) {
  SendMessage(commands_, std::to_string(round));
  return ReceiveAnswer();
}

void Worker::Finish() {
  SendMessage(commands_, kFinish);
  ReceiveAnswer();
  ::waitpid(std::exchange(child_, -1), nullptr, 0);
}

Measurement Worker::ReceiveAnswer() {
  const std::optional<std::string> text = ReceiveMessage(answers_);
  if (!text) ThrowDeath();
  return DecodeAnswer(name_, *text);
}

void Worker::ThrowDeath() {
  int status = 0;
  ::waitpid(std::exchange(child_, -1), &status, 0);
  throw Failure(name_ + ": its process died" +
                (WIFSIGNALED(status) ? ", killed by signal " + std::to_string(WTERMSIG(status)) : std::string()));
}

void Worker::End() {
  if (child_ >= 0) {
    ::kill(child_, SIGKILL);
    ::waitpid(std::exchange(child_, -1), nullptr, 0);
  }
  ::close(commands_);
  ::close(answers_);
}

}  // namespace rookery::bench
