#include "pipeline/event_reader.h"

#include <string>

#include "base/utf8.h"
#include "event/json_writer.h"
#include "event/time_text.h"
#include "steps/condition.h"

namespace penstock {
namespace {

bool IsLater(Timestamp time, Timestamp base, Duration ahead) {
  const int64_t seconds = ahead.count() / kNanosPerSecond;
  const int64_t nanos = base.nanos + ahead.count() % kNanosPerSecond;
  return time >
         Timestamp{base.seconds + seconds + nanos / kNanosPerSecond, static_cast<uint32_t>(nanos % kNanosPerSecond)};
}

bool IsOfKind(const JsonDocument& document, uint32_t node, ValueKind kind) {
  const Value value = document.ValueAt(node);
  if (value.Is(ValueKind::kNull)) return true;
  if (kind == ValueKind::kString || kind == ValueKind::kBool) return value.Is(kind);
  return RetypeNumber(document, node, kind);
}

// Texts as they are, everything else as JSON.
std::string_view PlainText(const Value& value, Arena& arena) {
  return value.Is(ValueKind::kString) ? value.text() : arena.Copy(ToJson(value));
}

}  // namespace

FieldTypes::FieldTypes(const Plan& plan) {
  for (const FieldType& type : plan.contract.types)
    fields_.push_back({&type, std::vector<uint32_t>(type.names.size(), 1)});
}

EventReader::EventReader(const Plan& plan) : plan_(plan), types_(plan) {}

void EventReader::Decode(const Record& record, uint32_t origin, Batch& batch, StepContext& context) {
  Row& row = batch.rows.emplace_back();
  row.event.record = record;
  row.origin = origin;
  row.time = TimeOf(record);
  row.event.added = batch.arena.AllocateArray<Value>(plan_.variables->added().size());
  for (Value& value : row.event.added) value = Value::Null();
  if (!record.value || record.value->empty()) {
    const std::string_view why = record.value ? "the record's value is empty" : "the record has no value";
    return context.Kill(row, DeadKind::kDecode, "event", why);
  }
  const Result<const JsonDocument*> document = parser_.Parse(*record.value, batch.arena);
  if (!document) return context.Kill(row, DeadKind::kDecode, "event", document.error().message);
  row.event.document = *document;
  row.event.body = (*document)->root();
  if (!row.event.body.Is(ValueKind::kMap))
    return context.Kill(row, DeadKind::kDecode, "event",
                        "an event is a JSON object, and this is a " + std::string(TypeName(row.event.body.kind())));
  types_.Apply(**document, 0, row, context);
}

bool FieldTypes::Apply(const JsonDocument& document, uint32_t event, Row& row, StepContext& context) {
  for (TypedField& field : fields_) {
    uint32_t node = event;
    for (size_t i = 0; i < field.type->names.size() && node != JsonDocument::kNotFound; ++i)
      node = document.node(node).json_kind() == JsonKind::kMap
                 ? document.FindMember(node, field.type->names[i], field.distances[i])
                 : JsonDocument::kNotFound;
    if (node == JsonDocument::kNotFound || IsOfKind(document, node, field.type->kind)) continue;
    context.Kill(row, DeadKind::kType, "event.types",
                 field.type->text + " is no " + std::string(TypeName(field.type->kind)) + ", but a " +
                     std::string(TypeName(document.ValueAt(node).kind())));
    return false;
  }
  return true;
}

void EventReader::CheckContract(Batch& batch, StepContext& context) {
  const EventContract& contract = plan_.contract;
  if (contract.rules.empty() && !contract.key && !contract.time && !contract.id) return;
  for (Row& row : batch.rows) {
    if (!row.is_live()) continue;
    context.Enter(row);
    // One after another, as long as the row lives.
    (void)(CheckRules(row, context) && CheckKey(row, context) && FindTime(row, context) && FindId(row, context));
  }
}

bool EventReader::CheckRules(Row& row, StepContext& context) {
  for (const ContractRule& rule : plan_.contract.rules) {
    const Value applies = rule.when ? context.Evaluate(*rule.when) : Value::Bool(true);
    if (applies.is_false()) continue;
    const Value holds = applies.is_true() ? context.Evaluate(rule.that) : applies;
    if (holds.is_true()) continue;
    std::string message = "this does not hold: " + rule.that_text;
    if (!holds.is_false()) message += ": " + std::string(ConditionFault(holds));
    context.Kill(row, DeadKind::kContract, rule.place, message);
    return false;
  }
  return true;
}

bool EventReader::CheckKey(Row& row, StepContext& context) {
  if (!plan_.contract.key) return true;
  const Value key = context.Evaluate(*plan_.contract.key);
  const std::optional<std::string_view> actual = row.event.record.key;
  std::string_view why;
  if (key.is_error())
    why = key.text();
  else if (!actual)
    why = "the record has no key";
  else if (PlainText(key, context.arena()) != *actual)
    why = "the record's key is another than event.key gives";
  if (why.empty()) return true;
  context.Kill(row, DeadKind::kKey, "event.key", why);
  return false;
}

bool EventReader::FindTime(Row& row, StepContext& context) {
  if (!plan_.contract.time) return true;
  const Value time = context.Evaluate(*plan_.contract.time);
  std::string why;
  if (time.is_error())
    why = time.text();
  else if (!time.Is(ValueKind::kTimestamp))
    why = "event.time gives no timestamp";
  else if (IsLater(time.as_time(), row.time, plan_.contract.max_ahead))
    why = "the event's time, " + FormatTimestamp(time.as_time()) + ", lies further ahead of its record's timestamp, " +
          FormatTimestamp(row.time) + ", than event.max_ahead allows";
  if (!why.empty()) {
    context.Kill(row, DeadKind::kTime, "event.time", why);
    return false;
  }
  row.has_own_time = time.as_time() != row.time;
  row.time = time.as_time();
  return true;
}

bool EventReader::FindId(Row& row, StepContext& context) {
  if (!plan_.contract.id) return true;
  const Value id = context.Evaluate(*plan_.contract.id);
  if (!id.is_error()) {
    row.id = PlainText(id, context.arena());
    return true;
  }
  context.Kill(row, DeadKind::kExpression, "event.id", id.text());
  return false;
}

}  // namespace penstock
