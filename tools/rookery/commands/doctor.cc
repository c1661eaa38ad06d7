// doctor: says what is wrong with a damaged store, and mends what can be mended.
#include "rookery/doctor.h"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "progress.h"
#include "signals.h"
#include "table.h"
#include "text.h"

namespace rookery::cli {
namespace {

nlohmann::ordered_json FindingsToJson(const Diagnosis& diagnosis) {
  nlohmann::ordered_json findings = nlohmann::ordered_json::array();
  for (const Finding& finding : diagnosis.findings) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    Value::Text(SeverityName(finding.severity)).AddTo("severity", &object);
    Value::Text(finding.code).AddTo("code", &object);
    Value::Text(finding.where).AddTo("where", &object);
    Value::Text(finding.text).AddTo("text", &object);
    Value::Text(finding.remedy).AddTo("remedy", &object);
    Value::Flag(finding.mendable).AddTo("mendable", &object);
    findings.push_back(object);
  }
  return findings;
}

nlohmann::ordered_json DoneToJson(const Diagnosis& diagnosis) {
  nlohmann::ordered_json done = nlohmann::ordered_json::array();
  for (const std::string& text : diagnosis.done) {
    nlohmann::ordered_json object = nlohmann::ordered_json::object();
    Value::Text(text).AddTo("text", &object);
    done.push_back(object);
  }
  return done;
}

class DoctorCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "doctor",
            .summary = "Say what is wrong with a damaged store, and mend what can be mended",
            .details =
                "Examines all files and rows of the store and of its cells, going on past damage, and writes nothing:\n"
                "what is damaged, what that costs, and what to do next. --fix does what cannot lose anything: it puts\n"
                "CURRENT and MANIFEST back from the copies that are kept, makes a lost witness anew, removes drafts\n"
                "and counts anew; a file that it replaces stays under another name. For what is left, restore a\n"
                "backup, or see: rookery help salvage. An encrypted store is examined with its keys; without them the\n"
                "doctor says what is there, and that it could not look at the rest. Exit code 12 if something is\n"
                "damaged. In a pipe what was done and what was found are lines: done, text; finding, severity, code,\n"
                "where, text, remedy.",
            .examples = {"rookery doctor chat.rook", "rookery doctor chat.rook --quick --json",
                         "rookery doctor chat.rook --fix"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    CLI::Option* quick = app.add_flag("--quick", quick_, "look only at what is there: not at each block and row");
    app.add_flag("--fix", fix_, "mend what can be mended without losing anything")->excludes(quick);
  }

  Result<ExitCode> Run(Context& context) override {
    const Result<Diagnosis> diagnosis = Examine(context);
    if (!diagnosis) return diagnosis.error();
    Print(context, *diagnosis);
    return diagnosis->ok() ? ExitCode::kOk : ExitCode::kDamage;
  }

 private:
  Result<Diagnosis> Examine(Context& context) const {
    const CatchInterrupts catch_interrupts;
    Result<std::optional<EncryptionOptions>> keys = GivenKeys(context, store_);
    if (!keys) return keys.error();
    Progress progress(context, "doctor", "files or rows");
    const DoctorOptions options{
        .deep = !quick_,
        .encryption = *std::move(keys),
        .progress = [&progress](std::string_view /*what*/, std::uint64_t done,
                                std::uint64_t /*total*/) { return progress.Update({.items = done}); },
        .logger = NewLogger(context)};
    return fix_ ? Mend(store_, options) : Diagnose(store_, options);
  }

  static void Print(Context& context, const Diagnosis& diagnosis) {
    const auto damages = static_cast<std::uint64_t>(std::ranges::count_if(
        diagnosis.findings, [](const Finding& finding) { return finding.severity == Severity::kDamage; }));
    Document(context, "rookery.doctor.v1")
        .Add("ok", Value::Flag(diagnosis.ok()))
        .Add("complete", Value::Flag(diagnosis.complete))
        .Add("damages", Value::Count(damages))
        .Add("notes", Value::Count(diagnosis.findings.size() - damages))
        .AddJson("done", DoneToJson(diagnosis))
        .AddJson("findings", FindingsToJson(diagnosis))
        .Print();
    if (context.layout() == Layout::kTabs) PrintTabs(context, diagnosis);
    if (context.layout() == Layout::kTerminal) PrintTerminal(context, diagnosis);
  }

  static void PrintTabs(Context& context, const Diagnosis& diagnosis) {
    for (const std::string& text : diagnosis.done) context.out() << "done\t" << TabText(text) << '\n';
    for (const Finding& finding : diagnosis.findings) {
      context.out() << "finding\t" << SeverityName(finding.severity) << '\t' << finding.code << '\t'
                    << TabText(finding.where) << '\t' << TabText(finding.text) << '\t' << TabText(finding.remedy)
                    << '\n';
    }
  }

  static void PrintTerminal(Context& context, const Diagnosis& diagnosis) {
    for (const std::string& text : diagnosis.done) context.out() << "done: " << TerminalText(text) << '\n';
    for (const Finding& finding : diagnosis.findings) {
      const bool damage = finding.severity == Severity::kDamage;
      context.out() << '\n'
                    << context.Painted(damage ? Paint::kError : Paint::kBold, TerminalText(finding.where)) << " ("
                    << finding.code << ")\n  " << TerminalText(finding.text) << "\n  "
                    << context.Painted(Paint::kHint, TerminalText(finding.remedy)) << '\n';
    }
    if (diagnosis.findings.empty()) context.out() << "nothing is wrong\n";
  }

  std::string store_;
  bool quick_ = false;
  bool fix_ = false;
};

}  // namespace

std::unique_ptr<Command> MakeDoctorCommand() { return std::make_unique<DoctorCommand>(); }

}  // namespace rookery::cli
