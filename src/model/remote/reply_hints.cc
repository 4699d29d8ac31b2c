#include "model/remote/reply_hints.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "event/time_text.h"

namespace penstock::remote {
namespace {

constexpr Duration kWaitMax = std::chrono::hours(24 * 365);
constexpr std::string_view kQuotaPrefix = "x-ratelimit-";
// What litellm's proxy was told, it passes on under another name; what it says itself takes precedence.
constexpr std::string_view kPassedOnRetryAfter = "llm_provider-retry-after";

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// `lower` is in lower case.
bool Is(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) { return Lower(a) == b; });
}

bool BeginsWith(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && Is(text.substr(0, lower.size()), lower);
}

template <typename Number>
std::optional<Number> Read(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<Duration> ReadUnits(std::string_view text, double unit_ns) {
  const std::optional<double> number = Read<double>(text);
  if (!number || std::isnan(*number)) return std::nullopt;
  const double bounded = std::clamp(*number * unit_ns, 0.0, static_cast<double>(kWaitMax.count()));
  return Duration(static_cast<int64_t>(bounded));
}

std::optional<Duration> ReadDate(std::string_view text, WallTime now) {
  const std::time_t seconds = curl_getdate(std::string(text).c_str(), nullptr);
  if (seconds < 0) return std::nullopt;
  const auto wait_s = std::chrono::seconds(seconds) - std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  constexpr auto kMaxSeconds = std::chrono::duration_cast<std::chrono::seconds>(kWaitMax);
  return std::clamp(wait_s, std::chrono::seconds(0), kMaxSeconds);
}

std::optional<Duration> ReadReset(std::string_view text) {
  if (const std::optional<Duration> seconds = ReadUnits(text, 1e9)) return seconds;
  const std::optional<int64_t> nanos = ParseDuration(text);
  if (!nanos) return std::nullopt;
  return std::clamp(Duration(*nanos), Duration(0), kWaitMax);
}

void ReadRetryAfter(std::string_view value, WallTime now, ReplyHints& hints) {
  if (hints.retry_after_is_exact) return;
  std::optional<Duration> wait = ReadUnits(value, 1e9);
  if (!wait) wait = ReadDate(value, now);
  if (wait) hints.retry_after = wait;
}

// `name`: what follows the prefix, such as "remaining-tokens".
void ReadQuota(std::string_view name, std::string_view value, Quota& quota) {
  const size_t dash = name.find('-');
  if (dash == std::string_view::npos) return;
  const std::string_view what = name.substr(0, dash);
  const std::string_view of = name.substr(dash + 1);
  if (!Is(of, "requests") && !Is(of, "tokens")) return;
  Quota::Part& part = Is(of, "requests") ? quota.requests : quota.tokens;
  if (Is(what, "limit")) part.limit = Read<int64_t>(value);
  if (Is(what, "remaining")) part.remaining = Read<int64_t>(value);
  if (Is(what, "reset")) part.reset = ReadReset(value);
}

}  // namespace

void ReadHint(std::string_view name, std::string_view value, WallTime now, ReplyHints& hints) {
  if (Is(name, "retry-after")) {
    ReadRetryAfter(value, now, hints);
  } else if (Is(name, kPassedOnRetryAfter)) {
    if (!hints.retry_after) ReadRetryAfter(value, now, hints);
  } else if (Is(name, "retry-after-ms")) {
    const std::optional<Duration> wait = ReadUnits(value, 1e6);
    if (!wait) return;
    hints.retry_after = wait;
    hints.retry_after_is_exact = true;
  } else if (Is(name, "x-should-retry")) {
    if (Is(value, "true")) hints.should_retry = true;
    if (Is(value, "false")) hints.should_retry = false;
  } else if (Is(name, "content-type")) {
    hints.is_event_stream = BeginsWith(value, "text/event-stream");
  } else if (BeginsWith(name, kQuotaPrefix)) {
    ReadQuota(name.substr(kQuotaPrefix.size()), value, hints.quota);
  }
}

}  // namespace penstock::remote
