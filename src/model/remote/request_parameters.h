// The members that a spec adds to each request.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::remote {

struct RequestParameters {
  std::string members;     // JSON, each followed by a comma, as in "\"temperature\":0,"
  int64_t max_tokens = 0;  // of the answer, where it is bounded
};

// `json`: an object, or empty. kInvalid: it is none, or has a member of `reserved`, which the request has already.
Result<RequestParameters> ReadParameters(std::string_view json, std::span<const std::string_view> reserved);

}  // namespace penstock::remote
