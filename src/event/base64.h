// Base64 (RFC 4648, section 4), with padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace penstock {

void AppendBase64(std::string_view bytes, std::string& out);

// Null where `text` is not Base64. Padding may be left out, but not half of it.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace penstock
