#include "expr/functions/time_zone.h"

#include <absl/time/civil_time.h>
#include <absl/time/time.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

namespace penstock::expr {
namespace {

class AbseilTimeZone : public TimeZone {
 public:
  explicit AbseilTimeZone(absl::TimeZone zone) : zone_(zone) {}

  CivilTime At(int64_t seconds) const override {
    const absl::CivilSecond civil = zone_.At(absl::FromUnixSeconds(seconds)).cs;
    // The library counts from Monday.
    const int from_monday = static_cast<int>(absl::GetWeekday(civil));
    return {civil.year(),   civil.month(),  civil.day(),           civil.hour(),
            civil.minute(), civil.second(), (from_monday + 1) % 7, absl::GetYearDay(civil)};
  }

 private:
  absl::TimeZone zone_;
};

int Digit(char c) { return c >= '0' && c <= '9' ? c - '0' : -1; }

// Seconds of `+02:00`, `-09:30` or `02:00`.
std::optional<int> ParseOffset(std::string_view text) {
  const bool west = text.starts_with('-');
  if (west || text.starts_with('+')) text.remove_prefix(1);
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const size_t i : {0, 1, 3, 4})
    if (Digit(text[i]) < 0) return std::nullopt;
  const int hours = Digit(text[0]) * 10 + Digit(text[1]);
  const int minutes = Digit(text[3]) * 10 + Digit(text[4]);
  if (hours > 23 || minutes > 59) return std::nullopt;
  const int seconds = hours * 3600 + minutes * 60;
  return west ? -seconds : seconds;
}

// Nothing but names of the database may reach the library, which reads a file by that name.
bool IsDatabaseName(std::string_view name) {
  const auto allowed = [](char c) {
    const char lower = static_cast<char>(c | 0x20);
    return (lower >= 'a' && lower <= 'z') || Digit(c) >= 0 || c == '/' || c == '_' || c == '-' || c == '+';
  };
  constexpr size_t kNameMax = 64;
  return !name.empty() && name.size() <= kNameMax && name.front() != '/' &&
         std::all_of(name.begin(), name.end(), allowed);
}

// The library remembers for ever every name that it was asked for: names from events must not fill the memory.
bool IsInstalled(std::string_view name) {
  const char* const folder = std::getenv("TZDIR");
  const std::string path = std::string(folder != nullptr ? folder : "/usr/share/zoneinfo") + "/" + std::string(name);
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

std::unique_ptr<const TimeZone> TimeZone::Find(std::string_view name) {
  if (const std::optional<int> offset = ParseOffset(name))
    return std::make_unique<AbseilTimeZone>(absl::FixedTimeZone(*offset));
  absl::TimeZone zone;
  if (name == "UTC") return std::make_unique<AbseilTimeZone>(absl::UTCTimeZone());
  if (!IsDatabaseName(name) || !IsInstalled(name) || !absl::LoadTimeZone(std::string(name), &zone)) return nullptr;
  return std::make_unique<AbseilTimeZone>(zone);
}

const TimeZone& TimeZone::Utc() {
  static const AbseilTimeZone kUtc{absl::UTCTimeZone()};
  return kUtc;
}

}  // namespace penstock::expr
