// What to say where the arguments name no command.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

namespace penstock::app {

// "there is no command 'topc'; did you mean 'topic'?", or that one is missing; nothing where one is named.
std::optional<std::string> UnknownCommand(const CLI::App& app, const std::vector<std::string>& arguments);

}  // namespace penstock::app
