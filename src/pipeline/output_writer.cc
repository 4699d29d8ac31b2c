#include "pipeline/output_writer.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

#include "base/hash.h"
#include "base/utf8.h"
#include "event/json_writer.h"
#include "event/time_text.h"
#include "pipeline/context_record.h"

namespace penstock {
namespace {

constexpr size_t kIdBytesMax = size_t{64} << 10;
constexpr size_t kAnswerBytesMax = size_t{64} << 10;  // of a dead letter's answer
constexpr size_t kMessageBytesMax = size_t{4} << 10;
constexpr size_t kTraceParentBytesMax = 512;  // W3C's has 55; whatever is much longer is none

// A hash of 64 bits lies below the share of its range that `sample` is.
bool IsSampled(uint64_t hash, double sample) { return std::ldexp(static_cast<double>(hash), -64) < sample; }

bool IsTraceParent(const Header& header) {
  return header.name == "traceparent" && header.value && header.value->size() <= kTraceParentBytesMax;
}

// Its start, cut between characters.
std::string_view CutTo(std::string_view text, size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  const std::string_view start = text.substr(0, bytes_max);
  return start.substr(0, ValidUtf8Prefix(start));
}

}  // namespace

OutputWriter::OutputWriter(const Plan& plan, OutputMetrics& metrics, size_t record_bytes_max)
    : plan_(plan),
      metrics_(metrics),
      record_bytes_max_(record_bytes_max),
      sends_headers_(plan.variables->IsUsed(plan.variables->headers())) {
  for (const std::string& name : plan.variables->added()) {
    std::string prefix = ",";
    AppendJsonString(name, prefix);
    added_prefixes_.push_back(prefix + ":");
  }
}

void OutputWriter::Write(Row& row, StepContext& context, int64_t now_ms, OutBatch& out, Outcome* outcome) {
  const size_t before = out.records().size();
  if (row.is_live()) WriteLive(row, context, now_ms, out, outcome);
  if (row.fate == Fate::kWaiting) WriteWaiting(row, context, now_ms, out);
  if (row.fate != Fate::kDead) return;
  out.Truncate(before);
  if (outcome != nullptr) *outcome = {};
  WriteDead(row, now_ms, out);
}

void OutputWriter::WriteLive(Row& row, StepContext& context, int64_t now_ms, OutBatch& out, Outcome* outcome) {
  context.Enter(row);
  if (!MakeValue(row, context)) return;
  const Record& raw = row.event.record;
  OutRecord record{.topic = out.TopicNumber(row.topic.empty() ? plan_.settings.topics.outputs : row.topic),
                   .home = raw.source.partition,
                   .timestamp_ms = now_ms,
                   .value = out.arena().Copy(text_),
                   .headers = HeadersOf(row, out, {})};
  if (raw.key) record.key = out.arena().Copy(*raw.key);
  if (RecordBytes(record) > record_bytes_max_)
    return context.Kill(row, DeadKind::kTooLarge, "emit", "the output is larger than a record can be");
  constexpr Header kAnswered{kAnsweredHeader, "true"};
  // What was read from the context topic stands there already.
  const bool is_new = plan_.settings.topics.context && row.context.empty();
  if (is_new && !WriteGiven(row, context, record, out, {&kAnswered, 1})) return;
  out.Add(record);
  metrics_.outputs.Add();
  Deliver(row, context, record, out, outcome);
}

void OutputWriter::WriteWaiting(Row& row, StepContext& context, int64_t now_ms, OutBatch& out) {
  const Record& raw = row.event.record;
  Arena& arena = out.arena();
  std::vector<Header> more = {{kSourceTimestampHeader, arena.Copy(std::to_string(raw.timestamp_ms))}};
  if (!row.id.empty()) more.push_back({kIdHeader, arena.Copy(row.id)});
  if (!row.topic.empty()) more.push_back({kTopicHeader, arena.Copy(row.topic)});
  for (const Header& header : raw.headers) {
    if (!sends_headers_ || IsOwnHeader(header.name) || IsTraceParent(header)) continue;
    Header& copy = more.emplace_back(Header{arena.Copy(header.name), std::nullopt});
    if (header.value) copy.value = arena.Copy(*header.value);
  }
  OutRecord record{.home = raw.source.partition, .timestamp_ms = now_ms};
  if (raw.key) record.key = arena.Copy(*raw.key);
  if (WriteGiven(row, context, record, out, more)) metrics_.waiting.Add();
}

bool OutputWriter::WriteGiven(Row& row, StepContext& context, OutRecord record, OutBatch& out,
                              std::span<const Header> more) {
  text_.clear();
  AppendEvent(row, plan_.variables->given());
  text_ += '}';
  record.topic = out.TopicNumber(*plan_.settings.topics.context);
  record.value = text_;
  record.headers = HeadersOf(row, out, more);
  if (RecordBytes(record) > record_bytes_max_) {
    context.Kill(row, DeadKind::kTooLarge, "context", "the event, with what was added, is larger than a record can be");
    return false;
  }
  record.value = out.arena().Copy(text_);
  out.Add(record);
  metrics_.contexts.Add();
  return true;
}

void OutputWriter::Deliver(const Row& row, StepContext& context, const OutRecord& record, OutBatch& out,
                           Outcome* outcome) {
  bool review = row.for_review;
  for (const DeliveryRule& rule : plan_.deliveries) {
    if ((rule.review && review) || !Wants(rule, row, context)) continue;
    review = review || rule.review;
    if (rule.review) continue;
    OutRecord copy = record;
    copy.topic = out.TopicNumber(rule.topic);
    out.Add(copy);
    metrics_.delivered.Add();
    if (outcome != nullptr) outcome->delivered.emplace_back(rule.topic);
  }
  if (review) WriteReview(row, record, out);
  if (outcome == nullptr) return;
  outcome->review = review;
  outcome->value = *record.value;
}

void OutputWriter::WriteReview(const Row& row, OutRecord record, OutBatch& out) {
  record.topic = out.TopicNumber(plan_.settings.topics.review);
  // What identifies events is short; where it is not, the place of the raw record does it too.
  const bool named = !row.id.empty() && row.id.size() <= kIdBytesMax;
  record.key = named ? out.arena().Copy(row.id) : SourceText(row, out.arena());
  out.Add(record);
  metrics_.reviews.Add();
}

bool OutputWriter::Wants(const DeliveryRule& rule, const Row& row, StepContext& context) {
  if (rule.when) {
    const Value wanted = context.Evaluate(*rule.when);
    // Without an answer, what looks at one cannot be evaluated, and nothing is wrong with that.
    if (!wanted.is_true() && !wanted.is_false() && !row.model.empty()) metrics_.delivery_errors.Add();
    if (!wanted.is_true()) return false;
  }
  return rule.sample >= 1 || IsSampled(Hash64(SourceText(row, context.arena())), rule.sample);
}

bool OutputWriter::MakeValue(Row& row, StepContext& context) {
  text_.clear();
  if (plan_.emit) return MakeEmitted(row, context);
  AppendWhole(row);
  return true;
}

bool OutputWriter::MakeEmitted(Row& row, StepContext& context) {
  const bool answered = !row.output.Is(ValueKind::kNull);
  text_ += '{';
  for (const EmitMember& member : *plan_.emit) {
    const Value value = context.Evaluate(member.value);
    if (value.is_error()) {
      if (!answered) continue;
      context.Kill(row, DeadKind::kEmit, "emit", member.name + ": " + std::string(value.text()));
      return false;
    }
    if (text_.size() > 1) text_ += ',';
    text_ += member.prefix;
    AppendJson(value, text_);
  }
  text_ += '}';
  return true;
}

void OutputWriter::AppendEvent(const Row& row, size_t names) {
  text_ += "{\"event\":";
  AppendJson(row.event.body, text_);
  for (size_t i = 0; i < names; ++i) {
    text_ += added_prefixes_[i];
    AppendJson(row.event.added[i], text_);
  }
}

void OutputWriter::AppendWhole(const Row& row) {
  AppendEvent(row, added_prefixes_.size());
  text_ += ",\"route\":";
  AppendJsonString(row.route, text_);
  if (!row.model.empty()) {
    text_ += ",\"model\":";
    AppendJsonString(row.model, text_);
    text_ += ",\"version\":";
    AppendJsonString(row.model_version, text_);
    text_ += ",\"output\":";
    AppendJson(row.output, text_);
  }
  text_ += '}';
}

std::string_view OutputWriter::SourceText(const Row& row, Arena& arena) const {
  const Source& source = row.event.record.source;
  constexpr size_t kNumbersMax = 40;
  const size_t capacity = source.topic.size() + kNumbersMax;
  char* const text = static_cast<char*>(arena.Allocate(capacity, 1));
  std::memcpy(text, source.topic.data(), source.topic.size());
  char* end = text + source.topic.size();
  *end++ = '/';
  end = std::to_chars(end, text + capacity, source.partition).ptr;
  *end++ = '/';
  end = std::to_chars(end, text + capacity, source.offset).ptr;
  arena.ReturnTail(text + capacity, static_cast<size_t>(text + capacity - end));
  return {text, static_cast<size_t>(end - text)};
}

std::span<const Header> OutputWriter::HeadersOf(const Row& row, OutBatch& out, std::span<const Header> more) const {
  Arena& arena = out.arena();
  headers_.clear();
  const auto add = [&](std::string_view name, std::string_view value) { headers_.push_back({name, value}); };
  add(kSourceHeader, SourceText(row, arena));
  add("penstock-revision", arena.Copy(plan_.revision));
  if (!row.route.empty()) add(kRouteHeader, arena.Copy(row.route));
  if (!row.model.empty()) add("penstock-model", arena.Copy(row.model));
  if (!row.model.empty()) add("penstock-model-version", arena.Copy(row.model_version));
  if (row.has_own_time) add(kTimeHeader, arena.Copy(FormatTimestamp(row.time)));
  if (!row.context.empty()) add("penstock-context", arena.Copy(row.context));
  if (row.lineage != nullptr) AddLineage(row, arena, headers_);
  for (const Header& header : row.event.record.headers)
    if (IsTraceParent(header)) {
      add("traceparent", arena.Copy(*header.value));
      break;
    }
  headers_.insert(headers_.end(), more.begin(), more.end());
  const std::span<Header> copy = arena.AllocateArray<Header>(headers_.size());
  std::copy(headers_.begin(), headers_.end(), copy.begin());
  return copy;
}

void OutputWriter::AddLineage(const Row& row, Arena& arena, std::vector<Header>& headers) {
  const Lineage& lineage = *row.lineage;
  const auto number = [&](std::string_view name, uint64_t value) {
    if (value > 0) headers.push_back({name, arena.Copy(std::to_string(value))});
  };
  if (!lineage.prompt.empty()) headers.push_back({"penstock-prompt", arena.Copy(lineage.prompt)});
  number("penstock-tokens", lineage.input_tokens + lineage.output_tokens);
  number("penstock-attempts", lineage.attempts);
  number("penstock-latency-us", static_cast<uint64_t>(lineage.latency / std::chrono::microseconds(1)));
  if (!lineage.fallback.empty())
    headers.push_back({"penstock-fallback", arena.Copy(CutTo(lineage.fallback, kMessageBytesMax))});
}

void OutputWriter::WriteDead(const Row& row, int64_t now_ms, OutBatch& out) {
  const Record& raw = row.event.record;
  Arena& arena = out.arena();
  std::vector<Header> why = {{"penstock-error", DeadKindName(row.dead->kind)},
                             {"penstock-error-message", arena.Copy(CutTo(row.dead->message, kMessageBytesMax))},
                             {"penstock-step", arena.Copy(row.dead->step)}};
  if (!row.output.Is(ValueKind::kNull))
    why.push_back({"penstock-answer", arena.Copy(CutTo(ToJson(row.output), kAnswerBytesMax))});
  else if (row.lineage != nullptr && !row.lineage->answer.empty())
    why.push_back({"penstock-answer", arena.Copy(CutTo(row.lineage->answer, kAnswerBytesMax))});
  OutRecord record{.topic = out.TopicNumber(plan_.settings.topics.dead),
                   .home = raw.source.partition,
                   .timestamp_ms = now_ms,
                   .headers = HeadersOf(row, out, why)};
  std::optional<std::string_view> value = raw.value;
  if (!row.context.empty()) {
    // The raw record is not here: the event as models were given it takes its place.
    text_.clear();
    AppendJson(row.event.body, text_);
    value = text_;
  }
  const size_t bytes = RecordBytes(record) + (raw.key ? raw.key->size() : 0) + (value ? value->size() : 0);
  // What is too large to be written again is left in the raw topic, where penstock-source points.
  if (bytes <= record_bytes_max_) {
    if (raw.key) record.key = arena.Copy(*raw.key);
    if (value) record.value = arena.Copy(*value);
  }
  out.Add(record);
  metrics_.dead[static_cast<size_t>(row.dead->kind)].Add();
}

}  // namespace penstock
