// What goes wrong with the file of a log, in words for the user.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::local {

// `code` is an (extended) result code of SQLite, `system_error` the errno behind it or 0, `detail` what SQLite says.
Error DatabaseError(const std::string& path, int code, int system_error, std::string_view detail);

// A call of the system failed: `action` says what for, as in "create the directory". `system_error` is its errno.
Error SystemError(std::string_view action, const std::string& path, int system_error);

}  // namespace penstock::local
