#include "event/json_fault.h"

#include <cstdio>

#include "base/utf8.h"

namespace penstock {
namespace {

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20; }

}  // namespace

Error AsError(const JsonFault& fault) {
  const std::string verdict = fault.kind == ErrorKind::kLimit ? "JSON beyond a limit" : "invalid JSON";
  return {fault.kind, verdict + " at byte " + std::to_string(fault.offset) + ": " + fault.what};
}

std::string DescribeByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte > 0x20 && byte < 0x7F) return std::string("'") + c + "'";
  char text[16];
  std::snprintf(text, sizeof text, "byte 0x%02X", byte);
  return text;
}

JsonFault FindUtf8Fault(std::string_view source) {
  const size_t offset = ValidUtf8Prefix(source);
  if (offset == source.size()) return {offset, "the text is not valid UTF-8"};
  return {offset, DescribeByte(source[offset]) + " begins no valid UTF-8 character"};
}

JsonFault FindStringFault(std::string_view source) {
  size_t opening = 0;
  bool inside = false;
  for (size_t i = 0; i < source.size(); ++i) {
    const char c = source[i];
    if (c == '"') {
      inside = !inside;
      opening = i;
    } else if (c == '\\') {
      // What is escaped is skipped, outside of strings too, as the first stage does; but a backslash allows no control.
      const bool before_control = i + 1 < source.size() && IsControl(source[i + 1]);
      if (!inside || !before_control) ++i;
    } else if (inside && IsControl(c)) {
      return {i, DescribeByte(c) + " must be escaped inside a string"};
    }
  }
  return {opening, "the string that begins here is not closed"};
}

}  // namespace penstock
