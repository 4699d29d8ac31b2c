// What commands print.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::app {

// Writes to stdout, at once.
Result<void> Print(std::string_view text);

// Columns as wide as they need to be; the first row is the head.
std::string FormatTable(const std::vector<std::vector<std::string>>& rows);

// Ends a command's callback: an error is printed, and becomes the exit code.
void Finish(const Result<void>& result);

}  // namespace penstock::app
