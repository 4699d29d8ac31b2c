// Arguments that begin with a minus sign and are no options.
#pragma once

#include <string>
#include <vector>

namespace penstock::app {

// The arguments of `eval`, with its expression marked as no option: an expression may begin with -, as in
// -event.amount. Those of other commands are returned as they are.
std::vector<std::string> FreeExpression(std::vector<std::string> arguments);

}  // namespace penstock::app
