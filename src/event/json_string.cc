#include "event/json_string.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "base/utf8.h"

namespace penstock {
namespace {

constexpr uint32_t kNoCodeUnit = UINT32_MAX;

char DecodeShortEscape(char c) {
  switch (c) {
    case '"': return '"';
    case '\\': return '\\';
    case '/': return '/';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return 0;
  }
}

// Of four hexadecimal digits at `at`.
uint32_t ReadCodeUnit(std::string_view raw, size_t at) {
  if (at + 4 > raw.size()) return kNoCodeUnit;
  uint32_t unit = 0;
  for (const char c : raw.substr(at, 4)) {
    const int digit = HexDigit(c);
    if (digit < 0) return kNoCodeUnit;
    unit = unit * 16 + static_cast<uint32_t>(digit);
  }
  return unit;
}

bool IsHighSurrogate(uint32_t unit) { return unit >= 0xD800 && unit <= 0xDBFF; }
bool IsLowSurrogate(uint32_t unit) { return unit >= 0xDC00 && unit <= 0xDFFF; }

// Of the escape `\u` at `at`, which it moves past the escape or the pair of escapes.
std::optional<JsonStringFault> DecodeUnicodeEscape(std::string_view raw, size_t& at, char32_t& code_point) {
  const size_t start = at;
  const uint32_t unit = ReadCodeUnit(raw, at + 2);
  if (unit == kNoCodeUnit) return JsonStringFault{start, "\\u needs four hexadecimal digits"};
  at += 6;
  code_point = unit;
  if (IsLowSurrogate(unit)) return JsonStringFault{start, "a low surrogate without a high one before it"};
  if (!IsHighSurrogate(unit)) return std::nullopt;
  const uint32_t low = raw.substr(at, 2) == "\\u" ? ReadCodeUnit(raw, at + 2) : kNoCodeUnit;
  if (!IsLowSurrogate(low)) return JsonStringFault{start, "a high surrogate without a low one after it"};
  code_point = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
  at += 6;
  return std::nullopt;
}

}  // namespace

std::optional<JsonStringFault> DecodeJsonString(std::string_view raw, char* out, size_t& size) {
  char* next = out;
  size_t at = 0;
  while (at < raw.size()) {
    const size_t plain = std::min(raw.find('\\', at), raw.size()) - at;
    std::memcpy(next, raw.data() + at, plain);
    next += plain;
    at += plain;
    if (at == raw.size()) break;
    const char escaped = raw[at + 1];  // there is one: an escaped quote would not have ended the string
    if (escaped == 'u') {
      char32_t code_point = 0;
      if (auto fault = DecodeUnicodeEscape(raw, at, code_point)) return fault;
      next = EncodeUtf8(code_point, next);
      continue;
    }
    const char decoded = DecodeShortEscape(escaped);
    if (decoded == 0) return JsonStringFault{at, "an unknown escape"};
    *next++ = decoded;
    at += 2;
  }
  size = static_cast<size_t>(next - out);
  return std::nullopt;
}

}  // namespace penstock
