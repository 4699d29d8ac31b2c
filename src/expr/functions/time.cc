#include "expr/functions/time.h"

#include "event/time_text.h"
#include "expr/functions/time_zone.h"

namespace penstock::expr {
namespace {

constexpr uint64_t kZoneCost = 20;  // of finding a zone that is only known now

using Part = int64_t (*)(const CivilTime& civil, uint32_t nanos);

int64_t FullYear(const CivilTime& civil, uint32_t) { return civil.year; }
int64_t Month(const CivilTime& civil, uint32_t) { return civil.month - 1; }
int64_t Date(const CivilTime& civil, uint32_t) { return civil.day; }
int64_t DayOfMonth(const CivilTime& civil, uint32_t) { return civil.day - 1; }
int64_t DayOfWeek(const CivilTime& civil, uint32_t) { return civil.day_of_week; }
int64_t DayOfYear(const CivilTime& civil, uint32_t) { return civil.day_of_year - 1; }
int64_t Hours(const CivilTime& civil, uint32_t) { return civil.hour; }
int64_t Minutes(const CivilTime& civil, uint32_t) { return civil.minute; }
int64_t Seconds(const CivilTime& civil, uint32_t) { return civil.second; }
int64_t Milliseconds(const CivilTime&, uint32_t nanos) { return nanos / 1'000'000; }

template <Part part>
Value PartIn(const TimeZone& zone, const Value& time) {
  return Value::Int(part(zone.At(time.as_time().seconds), time.as_time().nanos));
}

template <Part part>
Value PartInUtc(CallContext&, const Value* arguments) {
  return PartIn<part>(TimeZone::Utc(), arguments[0]);
}

template <Part part>
Value PartInNamedZone(CallContext& context, const Value* arguments) {
  if (!context.Charge(kZoneCost)) return context.OverBudget();
  const std::unique_ptr<const TimeZone> zone = TimeZone::Find(arguments[1].text());
  return zone != nullptr ? PartIn<part>(*zone, arguments[0]) : context.Fail("there is no such time zone");
}

template <Part part>
class PartInKnownZone : public PreparedCall {
 public:
  explicit PartInKnownZone(std::unique_ptr<const TimeZone> zone) : zone_(std::move(zone)) {}
  Value Invoke(CallContext&, const Value* arguments) const override { return PartIn<part>(*zone_, arguments[0]); }

 private:
  std::unique_ptr<const TimeZone> zone_;
};

template <Part part>
Result<std::unique_ptr<PreparedCall>> PrepareZone(const std::vector<const Value*>& known, const Limits& /*limits*/) {
  if (known[1] == nullptr || !known[1]->Is(ValueKind::kString)) return nullptr;
  std::unique_ptr<const TimeZone> zone = TimeZone::Find(known[1]->text());
  if (zone == nullptr)
    return Invalid("there is no time zone '" + std::string(known[1]->text()) +
                   "'; write UTC, an offset such as +02:00, or a name such as Europe/Berlin");
  return std::make_unique<PartInKnownZone<part>>(std::move(zone));
}

template <Part part>
Function PartFunction(std::string name, std::string_view summary, std::vector<Example> examples) {
  const Type time = Type::Of(TypeKind::kTimestamp);
  const Type result = Type::Of(TypeKind::kInt);
  return {std::move(name),
          true,
          {{{time}, result, PartInUtc<part>},
           {{time, Type::Of(TypeKind::kString)}, result, PartInNamedZone<part>, PrepareZone<part>}},
          summary,
          std::move(examples)};
}

// Of a duration: the whole of it in that unit; but milliseconds are those beyond the last second.
Value DurationHours(CallContext&, const Value* a) { return Value::Int(a[0].as_duration() / (3600 * kNanosPerSecond)); }
Value DurationMinutes(CallContext&, const Value* a) { return Value::Int(a[0].as_duration() / (60 * kNanosPerSecond)); }
Value DurationSeconds(CallContext&, const Value* a) { return Value::Int(a[0].as_duration() / kNanosPerSecond); }
Value DurationMilliseconds(CallContext&, const Value* a) {
  return Value::Int(a[0].as_duration() % kNanosPerSecond / 1'000'000);
}

Function DurationPart(std::string name, Implementation implementation, std::string_view summary,
                      std::vector<Example> examples) {
  return {std::move(name),
          true,
          {{{Type::Of(TypeKind::kDuration)}, Type::Of(TypeKind::kInt), implementation}},
          summary,
          std::move(examples)};
}

std::vector<Function> TimestampParts() {
  return {
      PartFunction<FullYear>("getFullYear",
                             "The year, in UTC or in the time zone that is given: UTC, an offset such as +02:00, or a "
                             "name such as Europe/Berlin.",
                             {{"timestamp('2026-12-31T23:30:00Z').getFullYear()", "2026"},
                              {"timestamp('2026-12-31T23:30:00Z').getFullYear('+02:00')", "2027"}}),
      PartFunction<Month>("getMonth", "The month, from 0 (January) to 11.",
                          {{"timestamp('2026-12-31T23:30:00Z').getMonth()", "11"}}),
      PartFunction<Date>("getDate", "The day of the month, from 1.",
                         {{"timestamp('2026-12-31T23:30:00Z').getDate()", "31"}}),
      PartFunction<DayOfMonth>("getDayOfMonth", "The day of the month, from 0.",
                               {{"timestamp('2026-12-31T23:30:00Z').getDayOfMonth()", "30"}}),
      PartFunction<DayOfWeek>("getDayOfWeek", "The day of the week, from 0 (Sunday) to 6.",
                              {{"timestamp('2026-12-31T23:30:00Z').getDayOfWeek()", "4"}}),
      PartFunction<DayOfYear>("getDayOfYear", "The day of the year, from 0.",
                              {{"timestamp('2026-12-31T23:30:00Z').getDayOfYear()", "364"}}),
      PartFunction<Hours>("getHours", "The hour, from 0 to 23.",
                          {{"timestamp('2026-12-31T23:30:00Z').getHours('Asia/Tokyo')", "8"}}),
      PartFunction<Minutes>("getMinutes", "The minute, from 0 to 59.",
                            {{"timestamp('2026-12-31T23:30:00Z').getMinutes()", "30"}}),
      PartFunction<Seconds>("getSeconds", "The second, from 0 to 59.",
                            {{"timestamp('2026-12-31T23:30:05Z').getSeconds()", "5"}}),
      PartFunction<Milliseconds>("getMilliseconds", "The milliseconds beyond the second, from 0 to 999.",
                                 {{"timestamp('2026-12-31T23:30:05.250Z').getMilliseconds()", "250"}}),
  };
}

}  // namespace

std::vector<Function> TimeFunctions() {
  std::vector<Function> functions = TimestampParts();
  functions.push_back(
      DurationPart("getHours", DurationHours, "The duration in whole hours.", {{"duration('90m').getHours()", "1"}}));
  functions.push_back(DurationPart("getMinutes", DurationMinutes, "The duration in whole minutes.",
                                   {{"duration('1h30m').getMinutes()", "90"}}));
  functions.push_back(DurationPart("getSeconds", DurationSeconds, "The duration in whole seconds.",
                                   {{"duration('1m1.5s').getSeconds()", "61"}}));
  functions.push_back(DurationPart("getMilliseconds", DurationMilliseconds,
                                   "The milliseconds beyond the last whole second.",
                                   {{"duration('1m1.5s').getMilliseconds()", "500"}}));
  return functions;
}

}  // namespace penstock::expr
