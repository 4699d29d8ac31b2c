// Examples of what an expression gives, for the reference; every one is run by a test.
#pragma once

#include <string_view>

namespace penstock::expr {

// Both have static storage.
struct Example {
  std::string_view expression;
  std::string_view value;  // JSON as `penstock eval` prints it, or `error: ` and the message
};

}  // namespace penstock::expr
