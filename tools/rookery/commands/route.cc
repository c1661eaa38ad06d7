// route: why a channel is where it is.
#include "commands.h"
#include "open_store.h"
#include "options.h"
#include "table.h"
#include "text.h"

namespace rookery::cli {
namespace {

std::string StepsInLine(const RouteExplanation& route) {
  std::string line;
  for (const RouteStep& step : route.steps) line += (line.empty() ? "" : "; ") + step.name + "=" + step.detail;
  return line;
}

void PrintJson(Context& context, const RouteExplanation& route) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  Value::Text(route.channel).AddTo("channel", &json);
  json["shard"] = route.shard.value;
  json["shard_name"] = route.shard_name;
  json["routing"] = route.strategy;
  json["shard_map_epoch"] = route.epoch.value;
  json["placed"] = route.placed;
  json["steps"] = nlohmann::ordered_json::array();
  for (const RouteStep& step : route.steps) {
    nlohmann::ordered_json object{{"name", step.name}};
    Value::Text(step.detail).AddTo("detail", &object);
    json["steps"].push_back(object);
  }
  context.PrintJson(json);
}

void PrintTerminal(Context& context, const RouteExplanation& route) {
  context.out() << context.Painted(Paint::kBold, TerminalText(route.channel)) << " -> " << route.shard_name
                << context.Painted(Paint::kDim, "  (" + route.strategy + ", shard map epoch " +
                                                    std::to_string(route.epoch.value) + ")")
                << '\n';
  for (const RouteStep& step : route.steps) {
    context.out() << "  " << TerminalText(step.name) << ": " << TerminalText(step.detail) << '\n';
  }
  if (!route.placed) context.out() << "  not placed yet: this is where its first write would go now\n";
}

void Print(Context& context, const RouteExplanation& route) {
  switch (context.layout()) {
    case Layout::kJson:
      return PrintJson(context, route);
    case Layout::kTerminal:
      return PrintTerminal(context, route);
    case Layout::kTabs:
      Table table(context, {"channel", "shard", "shard_name", "routing", "shard_map_epoch", "placed", "steps"});
      table.Row({Value::Text(route.channel), Value::Count(route.shard.value), Value::Text(route.shard_name),
                 Value::Text(route.strategy), Value::Count(route.epoch.value), Value::Flag(route.placed),
                 Value::Text(StepsInLine(route))});
  }
}

class RouteCommand final : public Command {
 public:
  CommandText Text() const override {
    return {.name = "route",
            .summary = "Explain which shard a channel is in, and why",
            .details =
                "The channels need not exist. Columns in a pipe: channel, shard, shard_name, routing,\n"
                "shard_map_epoch, placed, steps.",
            .examples = {"rookery route chat.rook general", "rookery route chat.rook general random dm/7 --json"}};
  }

  void Define(CLI::App& app) override {
    AddStore(app, &store_);
    AddRepeated(app, {"CHANNEL", "NAME", "channels to explain"}, [this](std::string channel) {
      channels_.push_back(std::move(channel));
      return Status::Ok();
    })->required();
  }

  Result<ExitCode> Run(Context& context) override {
    const Result<Store> store = OpenForReading(context, store_);
    if (!store) return store.error();
    for (const std::string& channel : channels_) {
      const Result<RouteExplanation> route = store->Explain(channel);
      if (!route) return route.error();
      Print(context, *route);
    }
    return ExitCode::kOk;
  }

 private:
  std::string store_;
  std::vector<std::string> channels_;
};

}  // namespace

std::unique_ptr<Command> MakeRouteCommand() { return std::make_unique<RouteCommand>(); }

}  // namespace rookery::cli
