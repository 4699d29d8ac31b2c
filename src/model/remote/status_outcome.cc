#include "model/remote/status_outcome.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "event/collection.h"

namespace penstock::remote {
namespace {

// Errors that say more than their status, and so are reasons of their own: few, because reasons are labels of metrics.
constexpr std::array<std::string_view, 9> kKnownErrors = {
    "insufficient_quota",  "context_length_exceeded",    "invalid_api_key",   "model_not_found",    "content_filter",
    "rate_limit_exceeded", "billing_hard_limit_reached", "unsupported_value", "account_deactivated"};

// Errors that will not pass, whatever the status.
constexpr std::array<std::string_view, 3> kLasting = {"insufficient_quota", "billing_hard_limit_reached",
                                                      "account_deactivated"};

bool IsAmong(std::string_view name, std::span<const std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// A name as machines give it: never words, which may repeat the request.
bool IsName(std::string_view text) {
  constexpr size_t kNameBytesMax = 64;
  const auto is_part = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
  };
  return !text.empty() && text.size() <= kNameBytesMax && std::all_of(text.begin(), text.end(), is_part);
}

std::string_view Name(const Value& error, std::string_view member) {
  if (!error.Is(ValueKind::kMap)) return {};
  const std::optional<Value> name = MapFind(error, member);
  if (!name || !name->Is(ValueKind::kString) || !IsName(name->text())) return {};
  return name->text();
}

struct ErrorNames {
  std::string_view code;
  std::string_view type;

  std::string_view known() const {
    if (IsAmong(code, kKnownErrors)) return code;
    return IsAmong(type, kKnownErrors) ? type : std::string_view();
  }
  bool is_lasting() const { return IsAmong(code, kLasting) || IsAmong(type, kLasting); }
  std::string Shown() const {
    if (code.empty() && type.empty()) return {};
    if (code.empty() || type.empty() || code == type) return " (" + std::string(code.empty() ? type : code) + ")";
    return " (" + std::string(type) + ", " + std::string(code) + ")";
  }
};

ErrorNames NamesOf(const Value& error) { return {Name(error, "code"), Name(error, "type")}; }

// {"error": {...}}, or the error itself, as some servers send it.
ErrorNames NamesIn(std::string_view body, JsonParser& parser, Arena& arena) {
  const Result<const JsonDocument*> parsed = parser.Parse(body, arena);
  if (!parsed || !(*parsed)->root().Is(ValueKind::kMap)) return {};
  const Value root = (*parsed)->root();
  return NamesOf(MapFind(root, "error").value_or(root));
}

bool MayPass(int status) { return status == 408 || status == 409 || status == 425 || status >= 500; }

AttemptEnd EndOf(int status, const ErrorNames& names, const ReplyHints& hints) {
  if (names.is_lasting()) return AttemptEnd::kRefused;
  if (hints.should_retry == false) return AttemptEnd::kRefused;
  if (status == 429) return AttemptEnd::kThrottled;
  return MayPass(status) || hints.should_retry == true ? AttemptEnd::kFailed : AttemptEnd::kRefused;
}

std::string AdviceOn(int status) {
  if (status >= 300 && status < 400) return "; redirects are not followed: give the URL that it leads to";
  if (status == 401 || status == 403) return "; check the key and what it may do";
  if (status == 404) return "; check the URL and the name of the model";
  return {};
}

}  // namespace

AttemptOutcome OutcomeOfStatus(int status, std::string_view body, const ReplyHints& hints, JsonParser& parser,
                               Arena& arena) {
  const ErrorNames names = NamesIn(body, parser, arena);
  AttemptOutcome outcome;
  outcome.end = EndOf(status, names, hints);
  outcome.reason = names.known().empty() ? "status_" + std::to_string(status) : std::string(names.known());
  outcome.message = "it answered with status " + std::to_string(status) + names.Shown();
  if (outcome.end == AttemptEnd::kRefused) outcome.message += AdviceOn(status);
  outcome.retry_after = hints.retry_after;
  outcome.quota = hints.quota;
  return outcome;
}

AttemptOutcome OutcomeOfError(const Value& error) {
  const ErrorNames names = NamesOf(error);
  AttemptOutcome outcome = Failed("error_in_answer", "it answered with an error" + names.Shown());
  if (names.is_lasting()) outcome.end = AttemptEnd::kRefused;
  if (names.known() == "rate_limit_exceeded") outcome.end = AttemptEnd::kThrottled;
  if (!names.known().empty()) outcome.reason = names.known();
  return outcome;
}

AttemptOutcome OutcomeOfFault(const HttpEnd& end) {
  AttemptOutcome outcome = Failed(end.reason, end.message);
  if (end.fault == HttpFault::kUnreachable) outcome.end = AttemptEnd::kUnreachable;
  // The model has done its work, which has to be paid for: another answer would be no smaller.
  if (end.fault == HttpFault::kTooLarge) outcome.end = AttemptEnd::kRefused;
  return outcome;
}

AttemptOutcome Failed(std::string_view reason, std::string_view message) {
  AttemptOutcome outcome;
  outcome.reason = reason;
  outcome.message = message;
  return outcome;
}

}  // namespace penstock::remote
