// Secrets, which stand outside the file that names them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock {

// What ${env:NAME} or ${file:PATH} stands for; white space at the end of a file is left out. Errors name the place and
// never the secret. A relative path is relative to `folder`.
Result<std::string> ReadSecret(std::string_view reference, const std::string& folder);

}  // namespace penstock
