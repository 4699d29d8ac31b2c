#include "steps/step_context.h"

#include <algorithm>

#include "base/utf8.h"
#include "event/collection.h"
#include "event/time_text.h"

namespace penstock {
namespace {

Value TextOrBytes(std::string_view bytes) { return IsValidUtf8(bytes) ? Value::String(bytes) : Value::Bytes(bytes); }

}  // namespace

Timestamp TimeOf(const Record& record) {
  const int64_t ms = std::clamp(record.timestamp_ms, kTimestampSecondsMin * 1000, kTimestampSecondsMax * 1000 + 999);
  const int64_t seconds = ms >= 0 ? ms / 1000 : (ms - 999) / 1000;
  return {seconds, static_cast<uint32_t>((ms - seconds * 1000) * 1'000'000)};
}

StepContext::StepContext(const Variables& variables, expr::Activation& activation, Arena& arena,
                         std::vector<Counter>& drops)
    : variables_(variables),
      activation_(activation),
      arena_(arena),
      drops_(drops),
      uses_key_(variables.IsUsed(variables.key())),
      uses_headers_(variables.IsUsed(variables.headers())),
      uses_source_(variables.IsUsed(variables.source())) {}

void StepContext::Enter(const Row& row) {
  activation_.NextEvent();
  activation_.Set(variables_.event(), row.event.body);
  if (uses_key_) activation_.Set(variables_.key(), KeyOf(row.event.record));
  if (uses_headers_) activation_.Set(variables_.headers(), HeadersOf(row.event.record));
  if (uses_source_) activation_.Set(variables_.source(), SourceOf(row.event.record));
  for (uint32_t i = 0; i < row.event.added.size(); ++i) activation_.Set(variables_.VariableOf(i), row.event.added[i]);
  if (!variables_.has_answer()) return;
  activation_.Set(variables_.output(), row.output);
  activation_.Set(variables_.route(), Value::String(row.route));
  activation_.Set(variables_.model(), Value::String(row.model));
}

void StepContext::Drop(Row& row, uint32_t rule) {
  row.fate = Fate::kDropped;
  row.drop_rule = rule;
  drops_[rule].Add();
}

void StepContext::Kill(Row& row, DeadKind kind, std::string_view step, std::string_view message) {
  row.fate = Fate::kDead;
  row.dead = arena_.New(DeadLetter{kind, arena_.Copy(message), step});
}

void StepContext::SetBody(Row& row, const Value& body) {
  row.event.body = body;
  activation_.NextEvent();  // what was found below the old one is forgotten
  activation_.Set(variables_.event(), body);
}

void StepContext::SetAdded(Row& row, uint32_t added, const Value& value) {
  row.event.added[added] = value;
  activation_.NextEvent();
  activation_.Set(variables_.VariableOf(added), value);
}

void StepContext::SetOutput(Row& row, const Value& output) {
  row.output = output;
  activation_.NextEvent();
  activation_.Set(variables_.output(), output);
}

Value StepContext::KeyOf(const Record& record) { return record.key ? TextOrBytes(*record.key) : Value::Null(); }

Value StepContext::HeadersOf(const Record& record) {
  MapBuilder map(arena_, static_cast<uint32_t>(record.headers.size()));
  // From the last one on, since of several with one name the last one counts.
  for (size_t i = record.headers.size(); i > 0; --i) {
    const Header& header = record.headers[i - 1];
    if (IsValidUtf8(header.name))
      map.Add(Value::String(header.name), header.value ? TextOrBytes(*header.value) : Value::Null());
  }
  return map.Finish();
}

Value StepContext::SourceOf(const Record& record) {
  MapBuilder map(arena_, 4);
  map.Add(Value::String("topic"), Value::String(record.source.topic));
  map.Add(Value::String("partition"), Value::Int(record.source.partition));
  map.Add(Value::String("offset"), Value::Int(record.source.offset));
  map.Add(Value::String("timestamp"), Value::Time(TimeOf(record)));
  return map.Finish();
}

}  // namespace penstock
