#include "event/json_number.h"

#include <locale.h>
#include <stdlib.h>

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

namespace penstock {
namespace {

bool IsDigit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

constexpr uint64_t kTens[] = {1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000};

// What digits at `text` add to `value`, and where they end. Eight at a time, since the lengths of fractions are what a
// branch predictor cannot guess. (The arithmetic is Lemire's, "Quickly parsing eight digits", 2018.)
inline const char* ReadFraction(const char* text, const char* readable_end, uint64_t& value) {
  while (text + 8 <= readable_end) {
    uint64_t bytes;
    std::memcpy(&bytes, text, sizeof bytes);
    uint64_t digits = bytes ^ 0x3030303030303030;
    // A byte that is no digit gets its highest bit set; nothing carries into the next byte.
    const uint64_t others = (((digits & 0x7F7F7F7F7F7F7F7F) + 0x7676767676767676) | digits) & 0x8080808080808080;
    if (others & 0x80) return text;
    const int count = others == 0 ? 8 : __builtin_ctzll(others) >> 3;
    digits <<= 64 - 8 * count;  // leading zeros take the place of what is no digit
    digits = digits * 10 + (digits >> 8);
    const uint64_t low = (digits & 0x000000FF000000FF) * 0x000F424000000064;
    const uint64_t high = ((digits >> 16) & 0x000000FF000000FF) * 0x0000271000000001;
    value = value * kTens[count] + ((low + high) >> 32);
    text += count;
    if (count < 8) return text;
  }
  for (; IsDigit(*text); ++text) value = value * 10 + static_cast<uint64_t>(*text - '0');
  return text;
}

// Powers of ten that a double holds exactly.
constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                   1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr int kExactPower = 22;
constexpr ptrdiff_t kExactDigits = 15;  // so many digits are always an exact double
constexpr uint64_t kExactMantissa = uint64_t{1} << 53;
constexpr ptrdiff_t kDigitsOfUint64 = 19;  // so many digits never overflow

void Set(JsonNode& node, JsonKind kind, const char* begin, const char* end) {
  node.SetKindAndSize(kind, static_cast<uint32_t>(end - begin));
}

[[gnu::noinline, gnu::cold]] JsonNumberFault ReadSlowDouble(const char* begin, const char* end, JsonNode& node) {
  double value = 0;
  if (std::from_chars(begin, end, value).ec != std::errc{}) {
    // Too small or too large: the C library tells which. Not in the process's locale, where a comma may be the point.
    static const locale_t c_locale = newlocale(LC_ALL_MASK, "C", nullptr);
    value = strtod_l(std::string(begin, end).c_str(), nullptr, c_locale);
  }
  if (std::isinf(value)) return JsonNumberFault::kOutOfRange;
  node.double_value = value;
  Set(node, JsonKind::kDouble, begin, end);
  return JsonNumberFault::kNone;
}

[[gnu::noinline, gnu::cold]] JsonNumberFault ReadLongInteger(const char* begin, const char* end, JsonNode& node) {
  if (std::from_chars(begin, end, node.int_value).ec == std::errc{}) {
    Set(node, JsonKind::kInt, begin, end);
    return JsonNumberFault::kNone;
  }
  if (*begin != '-' && std::from_chars(begin, end, node.uint_value).ec == std::errc{}) {
    Set(node, JsonKind::kUint, begin, end);
    return JsonNumberFault::kNone;
  }
  return ReadSlowDouble(begin, end, node);
}

JsonNumberFault ReadInteger(const char* begin, const char* digits, const char* end, uint64_t value, JsonNode& node) {
  if (end - digits >= kDigitsOfUint64) [[unlikely]]
    return ReadLongInteger(begin, end, node);
  const auto magnitude = static_cast<int64_t>(value);
  node.int_value = begin == digits ? magnitude : -magnitude;
  Set(node, JsonKind::kInt, begin, end);
  return JsonNumberFault::kNone;
}

// Of an 'e' and what follows; null where that is no exponent.
const char* ReadExponent(const char* text, int& exponent) {
  const char* p = text + 1;
  const bool negative = *p == '-';
  if (*p == '-' || *p == '+') ++p;
  const char* digits = p;
  int value = 0;
  for (; IsDigit(*p); ++p)
    if (value < 100000) value = value * 10 + (*p - '0');
  exponent += negative ? -value : value;
  return p == digits ? nullptr : p;
}

void SetDouble(JsonNode& node, double magnitude, const char* begin, const char* end) {
  // By arithmetic, not by a branch: signs cannot be predicted.
  const uint64_t sign = uint64_t{*begin == '-'} << 63;
  node.uint_value = __builtin_bit_cast(uint64_t, magnitude) | sign;
  node.SetKindAndSize(JsonKind::kDouble, static_cast<uint32_t>(end - begin));
}

// What the short way of ReadJsonNumber leaves: an exponent, or more digits than a double holds without rounding.
[[gnu::noinline]] JsonNumberFault ReadLongDouble(const char* begin, const char* end, uint64_t mantissa,
                                                 ptrdiff_t digit_count, int exponent, JsonNode& node) {
  if ((*end | 0x20) == 'e' && (end = ReadExponent(end, exponent)) == nullptr) return JsonNumberFault::kMalformed;
  const bool exact = digit_count <= kDigitsOfUint64 && mantissa <= kExactMantissa && std::abs(exponent) <= kExactPower;
  if (!exact) return ReadSlowDouble(begin, end, node);
  const auto magnitude = static_cast<double>(mantissa);
  SetDouble(node, exponent < 0 ? magnitude / kPowersOfTen[-exponent] : magnitude * kPowersOfTen[exponent], begin, end);
  return JsonNumberFault::kNone;
}

}  // namespace

JsonNumberFault ReadJsonNumber(const char* text, const char* readable_end, JsonNode& node) {
  const char* const digits = text + (*text == '-' ? 1 : 0);
  const char* p = digits;
  uint64_t mantissa = 0;
  for (; IsDigit(*p); ++p) mantissa = mantissa * 10 + static_cast<uint64_t>(*p - '0');
  const ptrdiff_t whole = p - digits;
  if (whole == 0 || (whole > 1 && *digits == '0')) return JsonNumberFault::kMalformed;
  if (*p != '.') {
    if ((*p | 0x20) == 'e') return ReadLongDouble(text, p, mantissa, whole, 0, node);
    return ReadInteger(text, digits, p, mantissa, node);
  }
  const char* const fraction = p + 1;
  p = ReadFraction(fraction, readable_end, mantissa);
  const ptrdiff_t places = p - fraction;
  if (places == 0) return JsonNumberFault::kMalformed;
  // Clinger's fast path: where mantissa and power of ten are exact, one operation rounds once.
  if (whole + places > kExactDigits || (*p | 0x20) == 'e')
    return ReadLongDouble(text, p, mantissa, whole + places, -static_cast<int>(places), node);
  SetDouble(node, static_cast<double>(static_cast<int64_t>(mantissa)) / kPowersOfTen[places], text, p);
  return JsonNumberFault::kNone;
}

}  // namespace penstock
