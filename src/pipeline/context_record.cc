#include "pipeline/context_record.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "event/collection.h"
#include "event/time_text.h"

namespace penstock {
namespace {

constexpr std::string_view kOwnPrefix = "penstock-";

template <typename Number>
bool ParseWhole(std::string_view text, Number& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

// topic/partition/offset; names of topics hold no slash.
std::optional<Source> ParseSource(std::string_view text) {
  const size_t second = text.rfind('/');
  const size_t first = second == std::string_view::npos || second == 0 ? second : text.rfind('/', second - 1);
  if (first == std::string_view::npos || first == 0 || first == second) return std::nullopt;
  Source source{.topic = text.substr(0, first)};
  if (!ParseWhole(text.substr(first + 1, second - first - 1), source.partition)) return std::nullopt;
  if (!ParseWhole(text.substr(second + 1), source.offset)) return std::nullopt;
  return source;
}

std::optional<std::string_view> FindHeader(const Record& record, std::string_view name) {
  for (const Header& header : record.headers)
    if (header.name == name && header.value) return *header.value;
  return std::nullopt;
}

// What JSON has no form of its own for, at the top of what a step added.
Value RestoreKind(const Value& value, const expr::Type& type) {
  using expr::TypeKind;
  if (type.Is(TypeKind::kUint) && value.Is(ValueKind::kInt) && value.as_int() >= 0)
    return Value::Uint(static_cast<uint64_t>(value.as_int()));
  if (type.Is(TypeKind::kDouble) && value.Is(ValueKind::kInt))
    return Value::Double(static_cast<double>(value.as_int()));
  if (!value.Is(ValueKind::kString)) return value;
  if (type.Is(TypeKind::kTimestamp)) {
    const std::optional<Timestamp> time = ParseTimestamp(value.text());
    return time ? Value::Time(*time) : value;
  }
  return value;
}

}  // namespace

bool IsOwnHeader(std::string_view name) { return name.starts_with(kOwnPrefix); }

bool IsAnswered(const Record& context) { return FindHeader(context, kAnsweredHeader).has_value(); }

ContextReader::ContextReader(const Plan& plan) : plan_(plan), types_(plan) {}

Row& ContextReader::Read(const Record& context, uint32_t origin, Batch& batch, StepContext& step_context) {
  Row& row = batch.rows.emplace_back();
  row.origin = origin;
  row.event.record = context;
  row.event.added = batch.arena.AllocateArray<Value>(plan_.variables->added().size());
  for (Value& value : row.event.added) value = Value::Null();
  ReadHeaders(context, row, batch, step_context);
  if (row.is_live()) ReadValue(context, row, batch, step_context);
  return row;
}

std::string_view ContextReader::FindTopic(std::string_view route, std::optional<std::string_view> topic) const {
  if (!topic) return {};
  const auto rule = std::find_if(plan_.routes.begin(), plan_.routes.end(),
                                 [&](const RouteRule& one) { return one.to == route && one.topic == *topic; });
  return rule == plan_.routes.end() ? std::string_view() : std::string_view(rule->topic);
}

void ContextReader::ReadHeaders(const Record& context, Row& row, Batch& batch, StepContext& step_context) {
  const std::string place = std::string(context.source.topic) + "/" + std::to_string(context.source.partition) + "/" +
                            std::to_string(context.source.offset);
  const std::optional<std::string_view> source = FindHeader(context, kSourceHeader);
  const std::optional<Source> raw = source ? ParseSource(*source) : std::nullopt;
  const std::optional<std::string_view> route = FindHeader(context, kRouteHeader);
  const std::optional<std::string_view> timestamp = FindHeader(context, kSourceTimestampHeader);
  if (!raw || !route || !timestamp || !ParseWhole(*timestamp, row.event.record.timestamp_ms))
    return step_context.Kill(row, DeadKind::kDecode, "context", "the record is none that this pipeline wrote");
  row.context = batch.arena.Copy(place);
  row.event.record.source = *raw;
  row.route = *route;
  row.topic = FindTopic(row.route, FindHeader(context, kTopicHeader));
  row.id = FindHeader(context, kIdHeader).value_or(std::string_view());
  row.time = TimeOf(row.event.record);
  const std::optional<std::string_view> time = FindHeader(context, kTimeHeader);
  if (const std::optional<Timestamp> own = time ? ParseTimestamp(*time) : std::nullopt) {
    row.has_own_time = true;
    row.time = *own;
  }
  const std::span<Header> headers = batch.arena.AllocateArray<Header>(context.headers.size());
  const auto end = std::copy_if(context.headers.begin(), context.headers.end(), headers.begin(),
                                [](const Header& header) { return !IsOwnHeader(header.name); });
  row.event.record.headers = headers.first(static_cast<size_t>(end - headers.begin()));
  row.chain = plan_.FindModel(row.route);
  if (row.chain < 0 && row.route != "none")
    step_context.Kill(
        row, DeadKind::kNoRoute, "route",
        "the event was routed to the model '" + std::string(row.route) + "', which this pipeline has no more");
}

void ContextReader::ReadValue(const Record& context, Row& row, Batch& batch, StepContext& step_context) {
  const auto refuse = [&](std::string_view why) { step_context.Kill(row, DeadKind::kDecode, "context", why); };
  if (!context.value) return refuse("the record has no value");
  const Result<const JsonDocument*> document = parser_.Parse(*context.value, batch.arena);
  if (!document) return refuse(document.error().message);
  const Value whole = (*document)->root();
  const std::optional<Value> body = whole.Is(ValueKind::kMap) ? MapFind(whole, Value::String("event")) : std::nullopt;
  if (!body || !body->Is(ValueKind::kMap)) return refuse("the record's value holds no event");
  row.event.document = *document;
  types_.Apply(**document, body->node(), row, step_context);
  row.event.body = *body;
  const Variables& variables = *plan_.variables;
  for (uint32_t i = 0; i < variables.given(); ++i) {
    const std::optional<Value> added = MapFind(whole, Value::String(variables.added()[i]));
    if (!added) continue;
    row.event.added[i] = RestoreKind(*added, variables.environment().variables()[variables.VariableOf(i)].type);
  }
}

}  // namespace penstock
