#include "event/time_text.h"

#include <chrono>
#include <cstdio>

namespace penstock {
namespace {

using Wide = __int128;  // nanoseconds of any duration that can be written, before its range is checked

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes `digits` digits off the front of `text`; -1 where there are none such.
int TakeNumber(std::string_view& text, size_t digits) {
  if (text.size() < digits) return -1;
  int number = 0;
  for (const char c : text.substr(0, digits)) {
    if (!IsDigit(c)) return -1;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool Take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

// Of `.123`; false where a point is not followed by a digit.
bool TakeFraction(std::string_view& text, uint32_t& nanos) {
  nanos = 0;
  if (!Take(text, '.')) return true;
  uint32_t unit = 100'000'000;
  size_t digits = 0;
  for (; digits < text.size() && IsDigit(text[digits]); ++digits, unit /= 10)
    nanos += static_cast<uint32_t>(text[digits] - '0') * unit;
  text.remove_prefix(digits);
  return digits > 0;
}

// Of `Z` or `+02:00`.
std::optional<int> TakeOffset(std::string_view& text) {
  if (Take(text, 'Z') || Take(text, 'z')) return 0;
  const bool west = Take(text, '-');
  if (!west && !Take(text, '+')) return std::nullopt;
  const int hours = TakeNumber(text, 2);
  if (hours < 0 || hours > 23 || !Take(text, ':')) return std::nullopt;
  const int minutes = TakeNumber(text, 2);
  if (minutes < 0 || minutes > 59) return std::nullopt;
  const int seconds = hours * 3600 + minutes * 60;
  return west ? -seconds : seconds;
}

// Days since 1970 of `2026-01-31`.
std::optional<int64_t> TakeDate(std::string_view& text) {
  const int year = TakeNumber(text, 4);
  if (year < 0 || !Take(text, '-')) return std::nullopt;
  const int month = TakeNumber(text, 2);
  if (month < 0 || !Take(text, '-')) return std::nullopt;
  const int day = TakeNumber(text, 2);
  if (day < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// Seconds of `23:59:59`.
std::optional<int> TakeTimeOfDay(std::string_view& text) {
  const int hour = TakeNumber(text, 2);
  if (hour < 0 || hour > 23 || !Take(text, ':')) return std::nullopt;
  const int minute = TakeNumber(text, 2);
  if (minute < 0 || minute > 59 || !Take(text, ':')) return std::nullopt;
  const int second = TakeNumber(text, 2);
  if (second < 0 || second > 59) return std::nullopt;
  return hour * 3600 + minute * 60 + second;
}

// `.5`, without zeros at the end; empty for none.
std::string FractionText(uint32_t nanos) {
  if (nanos == 0) return {};
  char digits[12];
  std::snprintf(digits, sizeof digits, ".%09u", nanos);
  std::string text(digits);
  text.erase(text.find_last_not_of('0') + 1);
  return text;
}

struct Unit {
  std::string_view name;
  int64_t nanos;
};
// Longer names first, so that `ms` is not read as `m`. The micro sign comes in two code points.
constexpr Unit kUnits[] = {
    {"ns", 1},         {"us", 1'000},          {"\u00B5s", 1'000},          {"\u03BCs", 1'000},
    {"ms", 1'000'000}, {"s", kNanosPerSecond}, {"m", 60 * kNanosPerSecond}, {"h", 3600 * kNanosPerSecond}};

const Unit* TakeUnit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return &unit;
  }
  return nullptr;
}

// Takes one number with its unit, such as `1.5h`.
std::optional<Wide> TakeDurationPart(std::string_view& text) {
  Wide whole = 0;
  Wide fraction = 0;
  Wide scale = 1;
  size_t digits = 0;
  for (; !text.empty() && IsDigit(text.front()); text.remove_prefix(1), ++digits) {
    whole = whole * 10 + (text.front() - '0');
    if (whole > Wide{INT64_MAX} + 1) return std::nullopt;
  }
  if (Take(text, '.')) {
    for (; !text.empty() && IsDigit(text.front()); text.remove_prefix(1), ++digits) {
      if (scale >= Wide{kNanosPerSecond} * kNanosPerSecond) continue;  // below a nanosecond of every unit
      fraction = fraction * 10 + (text.front() - '0');
      scale *= 10;
    }
  }
  if (digits == 0) return std::nullopt;
  const Unit* unit = TakeUnit(text);
  if (unit == nullptr) return std::nullopt;
  return whole * unit->nanos + fraction * unit->nanos / scale;
}

// The last `count` digits of a number, at `place`.
void PutDigits(uint32_t number, std::string& text, size_t place, size_t count) {
  for (size_t i = count; i > 0; --i, number /= 10) text[place + i - 1] = static_cast<char>('0' + number % 10);
}

}  // namespace

std::optional<Timestamp> ParseTimestamp(std::string_view text) {
  const std::optional<int64_t> days = TakeDate(text);
  if (!days || !(Take(text, 'T') || Take(text, 't'))) return std::nullopt;
  const std::optional<int> time_of_day = TakeTimeOfDay(text);
  uint32_t nanos = 0;
  if (!time_of_day || !TakeFraction(text, nanos)) return std::nullopt;
  const std::optional<int> offset = TakeOffset(text);
  if (!offset || !text.empty()) return std::nullopt;
  const int64_t seconds = *days * 86400 + *time_of_day - *offset;
  if (seconds < kTimestampSecondsMin || seconds > kTimestampSecondsMax) return std::nullopt;
  return Timestamp{seconds, nanos};
}

std::string FormatTimestamp(Timestamp time) {
  const std::chrono::sys_seconds seconds{std::chrono::seconds(time.seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(seconds);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(seconds - day);
  std::string text = "0000-00-00T00:00:00";
  PutDigits(static_cast<uint32_t>(static_cast<int>(date.year())), text, 0, 4);
  PutDigits(static_cast<unsigned>(date.month()), text, 5, 2);
  PutDigits(static_cast<unsigned>(date.day()), text, 8, 2);
  PutDigits(static_cast<uint32_t>(clock.hours().count()), text, 11, 2);
  PutDigits(static_cast<uint32_t>(clock.minutes().count()), text, 14, 2);
  PutDigits(static_cast<uint32_t>(clock.seconds().count()), text, 17, 2);
  if (time.nanos != 0) text += FractionText(time.nanos);
  return text += 'Z';
}

std::optional<int64_t> ParseDuration(std::string_view text) {
  const bool negative = Take(text, '-');
  if (!negative) Take(text, '+');
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  Wide nanos = 0;
  while (!text.empty()) {
    const std::optional<Wide> part = TakeDurationPart(text);
    if (!part) return std::nullopt;
    nanos += *part;
    if (nanos > Wide{INT64_MAX} + 1) return std::nullopt;
  }
  if (negative) nanos = -nanos;
  if (nanos > INT64_MAX) return std::nullopt;
  return static_cast<int64_t>(nanos);
}

std::string FormatDuration(int64_t nanos) {
  const auto magnitude = nanos < 0 ? ~static_cast<uint64_t>(nanos) + 1 : static_cast<uint64_t>(nanos);
  const uint64_t per_second = kNanosPerSecond;
  return (nanos < 0 ? "-" : "") + std::to_string(magnitude / per_second) +
         FractionText(static_cast<uint32_t>(magnitude % per_second)) + "s";
}

}  // namespace penstock
