// Timestamps and durations as text.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "event/value.h"

namespace penstock {

constexpr int64_t kNanosPerSecond = 1'000'000'000;

// The range of a timestamp, in seconds since 1970.
constexpr int64_t kTimestampSecondsMin = -62'135'596'800;  // 0001-01-01T00:00:00Z
constexpr int64_t kTimestampSecondsMax = 253'402'300'799;  // 9999-12-31T23:59:59Z

// RFC 3339, such as 2026-01-31T23:59:59.123456789+02:00; digits beyond the nanosecond are cut. Null where the text is
// no such time, or lies outside the range of a timestamp.
std::optional<Timestamp> ParseTimestamp(std::string_view text);

// RFC 3339 in UTC, with as many digits of the second as there are (none, or up to nine).
std::string FormatTimestamp(Timestamp time);

// Numbers with the units h, m, s, ms, us, ns: 1h30m, -1.5s, 0. Null where the text is no such duration, or beyond what
// 64 bits of nanoseconds hold (about 292 years).
std::optional<int64_t> ParseDuration(std::string_view text);

// In seconds: 90s, -1.5s.
std::string FormatDuration(int64_t nanos);

}  // namespace penstock
