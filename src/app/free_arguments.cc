#include "app/free_arguments.h"

#include <algorithm>

namespace penstock::app {
namespace {

bool IsOption(const std::string& argument) {
  return argument == "--event" || argument.starts_with("--event=") || argument == "-h" || argument == "--help";
}

}  // namespace

std::vector<std::string> FreeExpression(std::vector<std::string> arguments) {
  const bool marked = std::find(arguments.begin(), arguments.end(), "--") != arguments.end();
  const bool unfinished = !arguments.empty() && arguments.back() == "--event";
  if (arguments.empty() || arguments[0] != "eval" || marked || unfinished) return arguments;
  for (size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i] == "--event") {
      ++i;
    } else if (!IsOption(arguments[i])) {
      // What follows -- is no option: the expression goes there, behind everything else.
      const std::string expression = arguments[i];
      arguments.erase(arguments.begin() + static_cast<std::ptrdiff_t>(i));
      arguments.push_back("--");
      arguments.push_back(expression);
      return arguments;
    }
  }
  return arguments;
}

}  // namespace penstock::app
