// An event on the command line.
#pragma once

#include <string>

#include "base/result.h"

namespace penstock::app {

// JSON as given, or what stands in the file after an @.
Result<std::string> ReadEvent(const std::string& argument);

}  // namespace penstock::app
