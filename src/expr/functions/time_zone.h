// Time zones, and the calendar in them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace penstock::expr {

struct CivilTime {
  int64_t year;
  int month;        // 1 to 12
  int day;          // 1 to 31
  int hour;         // 0 to 23
  int minute;       // 0 to 59
  int second;       // 0 to 59
  int day_of_week;  // 0 (Sunday) to 6
  int day_of_year;  // 1 to 366
};

// Immutable; any thread may use it.
class TimeZone {
 public:
  // `name` is UTC, a name of the IANA database as it is installed on this machine, or an offset: +02:00, -09:30, 02:00.
  // Null where there is no such zone.
  static std::unique_ptr<const TimeZone> Find(std::string_view name);
  static const TimeZone& Utc();

  virtual ~TimeZone() = default;
  // `seconds` since 1970.
  virtual CivilTime At(int64_t seconds) const = 0;
};

}  // namespace penstock::expr
