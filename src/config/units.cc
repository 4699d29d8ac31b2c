#include "config/units.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "event/time_text.h"

namespace penstock {
namespace {

constexpr int64_t kDaySeconds = 86'400;

struct ByteUnit {
  std::string_view name;
  int64_t bytes;
};
constexpr std::array kByteUnits = {
    ByteUnit{"KiB", int64_t{1} << 10},
    ByteUnit{"MiB", int64_t{1} << 20},
    ByteUnit{"GiB", int64_t{1} << 30},
    ByteUnit{"TiB", int64_t{1} << 40},
    ByteUnit{"KB", 1'000},
    ByteUnit{"MB", 1'000'000},
    ByteUnit{"GB", 1'000'000'000},
    ByteUnit{"B", 1},
};

std::string_view WithoutTrailingSpaces(std::string_view text) {
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::optional<int64_t> ParseCount(std::string_view text) {
  int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count < 0 || text.front() == '-') return std::nullopt;
  return count;
}

std::optional<double> ParseNumber(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  return number;
}

std::optional<Duration> ParsePositiveDuration(std::string_view text) {
  int64_t days_ns = 0;
  if (const size_t day = text.find('d'); day != std::string_view::npos) {
    const std::optional<int64_t> days = ParseCount(text.substr(0, day));
    if (!days || *days > std::numeric_limits<int64_t>::max() / (kDaySeconds * kNanosPerSecond)) return std::nullopt;
    days_ns = *days * kDaySeconds * kNanosPerSecond;
    text.remove_prefix(day + 1);
    if (text.empty()) return Duration(days_ns);
  }
  const std::optional<int64_t> rest = ParseDuration(text);
  int64_t sum = 0;
  if (!rest || *rest < 0 || __builtin_add_overflow(days_ns, *rest, &sum)) return std::nullopt;
  return Duration(sum);
}

std::optional<int64_t> ParseByteSize(std::string_view text) {
  for (const ByteUnit& unit : kByteUnits) {
    if (!text.ends_with(unit.name)) continue;
    const std::optional<int64_t> count =
        ParseCount(WithoutTrailingSpaces(text.substr(0, text.size() - unit.name.size())));
    int64_t bytes = 0;
    if (!count || __builtin_mul_overflow(*count, unit.bytes, &bytes)) return std::nullopt;
    return bytes;
  }
  return ParseCount(text);
}

std::optional<double> ParseShare(std::string_view text) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  const std::optional<double> number = ParseNumber(WithoutTrailingSpaces(text));
  if (!number) return std::nullopt;
  const double share = percent ? *number / 100 : *number;
  return share >= 0 && share <= 1 ? std::optional(share) : std::nullopt;
}

}  // namespace penstock
