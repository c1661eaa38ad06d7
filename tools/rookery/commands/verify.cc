// verify: reads everything and says what is wrong.
#include "commands.h"
#include "leave_out_cells.h"
#include "open_store.h"
#include "options.h"
#include "parse.h"
#include "table.h"
#include "text.h"
#include "verify_run.h"

namespace rookery::cli {
namespace {

nlohmann::ordered_json ProblemsToJson(const VerifyReport& report) {
  nlohmann::ordered_json problems = nlohmann::ordered_json::array();
  for (const VerifyProblem& problem : report.problems) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    Value::Text(problem.where).AddTo("where", &object);
    Value::Text(problem.what).AddTo("what", &object);
    Value::Flag(problem.repairable).AddTo("repairable", &object);
    problems.push_back(object);
  }
  return problems;
}

class VerifyCommand final : public Command {
 public:
  CommandText Text() const override {
    return {
        .name = "verify",
        .summary = "Read everything and check keys, values, routing and indexes",
        .details =
            "Exit code 12 if something is wrong. What is counted is compared with nothing: a message that is missing\n"
            "without a trace is not noticed. In a pipe each problem is a line: problem, where, what.",
        .examples = {"rookery verify chat.rook", "rookery verify chat.rook --max-problems 10 --json"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    AddParsed(app, {"--max-problems", "N", "list at most so many, count all; default 100"}, &max_problems_, ParseCount);
    leave_out_cells_.Define(app);
  }

  Result<ExitCode> Run(Context& context) override {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    const Result<VerifyReport> report = RunVerify(
        context, *store, "verify", {.max_problems = max_problems_, .missing_cells = leave_out_cells_.missing_cells()});
    if (!report) return report.error();
    Print(context, *report);
    if (Status told = leave_out_cells_.Tell(context, *store); !told.ok()) return told;
    return report->ok() ? ExitCode::kOk : ExitCode::kDamage;
  }

 private:
  static void Print(Context& context, const VerifyReport& report) {
    Document(context, "rookery.verify.v1")
        .Add("ok", Value::Flag(report.ok()))
        .Add("shards", Value::Count(report.shards.size()))
        .Add("channels", Value::Count(report.channels))
        .Add("messages", Value::Count(report.messages))
        .Add("records", Value::Count(report.records))
        .Add("problem_count", Value::Count(report.problem_count))
        .Add("attachments", Value::Count(report.attachments))
        .AddJson("problems", ProblemsToJson(report))
        .Print();
    if (context.layout() == Layout::kTabs) {
      for (const VerifyProblem& problem : report.problems) {
        context.out() << "problem\t" << TabText(problem.where) << '\t' << TabText(problem.what) << '\n';
      }
    }
    if (context.layout() == Layout::kTerminal) {
      for (const VerifyProblem& problem : report.problems) {
        context.out() << context.Painted(Paint::kError, TerminalText(problem.where)) << ": "
                      << TerminalText(problem.what) << '\n';
      }
    }
  }

  std::string store_;
  std::uint64_t max_problems_ = 100;
  LeaveOutCells leave_out_cells_;
};

}  // namespace

std::unique_ptr<Command> MakeVerifyCommand() { return std::make_unique<VerifyCommand>(); }

}  // namespace rookery::cli
