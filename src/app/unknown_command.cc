#include "app/unknown_command.h"

#include <algorithm>
#include <string_view>

#include "expr/diagnostic.h"

namespace penstock::app {
namespace {

std::vector<const CLI::App*> CommandsOf(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::string Hint(const std::string& name, const std::vector<const CLI::App*>& commands) {
  std::vector<std::string_view> names;
  for (const CLI::App* const command : commands) names.emplace_back(command->get_name());
  std::string hint = expr::Suggestion(name, names);
  if (!hint.empty()) return hint;
  for (const std::string_view one : names) hint += (hint.empty() ? "; there is " : ", ") + std::string(one);
  return hint;
}

}  // namespace

std::optional<std::string> UnknownCommand(const CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<const CLI::App*> commands = CommandsOf(app);
  for (const std::string& argument : arguments) {
    if (commands.empty()) return std::nullopt;
    if (argument.starts_with('-')) return "there is no option '" + argument + "'";
    const auto named = std::ranges::find_if(commands, [&](const CLI::App* one) { return one->get_name() == argument; });
    if (named == commands.end()) return "there is no command '" + argument + "'" + Hint(argument, commands);
    commands = CommandsOf(**named);
  }
  if (commands.empty()) return std::nullopt;
  return "a command is missing" + Hint("", commands);
}

}  // namespace penstock::app
