#include "commands.h"

namespace rookery::cli {

std::vector<std::unique_ptr<Command>> MakeCommands() {
  std::vector<std::unique_ptr<Command>> commands;
#define ROOKERY_ADD_COMMAND(name) commands.push_back(Make##name##Command());
  ROOKERY_COMMANDS(ROOKERY_ADD_COMMAND)
#undef ROOKERY_ADD_COMMAND
  return commands;
}

}  // namespace rookery::cli
