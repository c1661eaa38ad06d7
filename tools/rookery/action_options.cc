#include "action_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace rookery::cli {

CLI::Option* ActionOptions::Only(std::initializer_list<std::string_view> actions, CLI::Option* option) {
  rules_.push_back({.actions = {actions.begin(), actions.end()}, .option = option});
  return option;
}

Status ActionOptions::Check(std::string_view action) const {
  const auto wrong = std::find_if(rules_.begin(), rules_.end(), [action](const Rule& rule) {
    return rule.option->count() > 0 &&
           std::find(rule.actions.begin(), rule.actions.end(), action) == rule.actions.end();
  });
  if (wrong == rules_.end()) return Status::Ok();
  return {StatusCode::kInvalidArgument, fmt::format("{} does not take {}; it is for {}", action,
                                                    wrong->option->get_name(), fmt::join(wrong->actions, " and "))};
}

}  // namespace rookery::cli
