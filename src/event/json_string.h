// The escapes of JSON strings.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace penstock {

struct JsonStringFault {
  size_t offset;  // in the raw text
  const char* what;
};

// Decodes what stands between the quotes of a string into `out`, which has room for raw.size() bytes, and sets `size`.
// `raw` is valid UTF-8 without control characters or unescaped quotes.
std::optional<JsonStringFault> DecodeJsonString(std::string_view raw, char* out, size_t& size);

}  // namespace penstock
