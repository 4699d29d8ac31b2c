#include "model/remote/chat_answer.h"

#include <algorithm>

#include "event/collection.h"
#include "event/compare.h"
#include "model/remote/status_outcome.h"

namespace penstock::remote {
namespace {

uint64_t Count(const Value& map, std::string_view name) {
  const std::optional<Value> count = MapFind(map, name);
  if (!count || !count->is_number()) return 0;
  return static_cast<uint64_t>(std::max<int64_t>(ExactInt(*count).value_or(0), 0));
}

}  // namespace

std::string_view TextMember(const Value& map, std::string_view name) {
  if (!map.Is(ValueKind::kMap)) return {};
  const std::optional<Value> member = MapFind(map, name);
  return member && member->Is(ValueKind::kString) ? member->text() : std::string_view();
}

Value MapMember(const Value& map, std::string_view name) {
  if (!map.Is(ValueKind::kMap)) return {};
  const std::optional<Value> member = MapFind(map, name);
  return member && member->Is(ValueKind::kMap) ? *member : Value();
}

std::optional<Usage> ReadUsage(const Value& root) {
  const Value usage = MapMember(root, "usage");
  if (!usage.Is(ValueKind::kMap)) return std::nullopt;
  return Usage{Count(usage, "prompt_tokens"), Count(usage, "completion_tokens")};
}

Value FirstChoice(const Value& root) {
  if (!root.Is(ValueKind::kMap)) return {};
  const std::optional<Value> choices = MapFind(root, "choices");
  if (!choices || !choices->Is(ValueKind::kList) || ListSize(*choices) == 0) return {};
  const Value first = ListAt(*choices, 0);
  return first.Is(ValueKind::kMap) ? first : Value();
}

std::string_view RefusalOf(const Value& message) {
  const std::string_view refusal = TextMember(message, "refusal");
  return refusal.empty() ? TextMember(MapMember(message, "provider_specific_fields"), "refusal") : refusal;
}

AttemptOutcome Answered(const ModelAnswer& answer, std::optional<Usage> usage) {
  AttemptOutcome outcome;
  outcome.end = AttemptEnd::kAnswered;
  outcome.answer = Pack(answer);
  outcome.usage = usage;
  return outcome;
}

AttemptOutcome ReadChatAnswer(int status, std::string_view body, JsonParser& parser, Arena& arena) {
  const Result<const JsonDocument*> parsed = parser.Parse(body, arena);
  if (!parsed) return Failed("envelope", "its answer is no JSON: " + parsed.error().message);
  const Value root = (*parsed)->root();
  const Value error = MapMember(root, "error");
  if (error.Is(ValueKind::kMap)) return OutcomeOfError(error);
  const Value choice = FirstChoice(root);
  const Value message = MapMember(choice, "message");
  if (!message.Is(ValueKind::kMap))
    return Failed("envelope", "its answer is no chat completion: choices[0].message is missing");
  ModelAnswer answer;
  answer.status = status;
  answer.finish_reason = TextMember(choice, "finish_reason");
  answer.version = TextMember(root, "model");
  const std::string_view refusal = RefusalOf(message);
  answer.is_refusal = !refusal.empty();
  answer.text = answer.is_refusal ? refusal : TextMember(message, "content");
  return Answered(answer, ReadUsage(root));
}

}  // namespace penstock::remote
