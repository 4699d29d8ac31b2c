// Files that a pipeline's file, or its user, names.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace penstock {

// What stands in the file, which has at most so many bytes: more are not read, whatever it is. `what` is what messages
// call it, as in "the secret's file".
Result<std::string> ReadSmallFile(const std::string& path, size_t bytes_max, const std::string& what);

}  // namespace penstock
