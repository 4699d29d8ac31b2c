// What a provider says in the headers of an answer.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "model/call/attempt.h"

namespace penstock::remote {

struct ReplyHints {
  std::optional<Duration> retry_after;
  bool retry_after_is_exact = false;  // it came in milliseconds
  std::optional<bool> should_retry;
  Quota quota;
  bool is_event_stream = false;
};

// Takes a header, whatever it is; one that cannot be read counts for nothing. After the OpenAI API and its clients:
// retry-after-ms; retry-after in seconds, with fractions or not, or as a date, which `now` is subtracted from;
// x-should-retry; x-ratelimit-{limit,remaining,reset}-{requests,tokens}, resets being durations such as 12ms or 6m0s.
// A wait is never longer than a year.
void ReadHint(std::string_view name, std::string_view value, WallTime now, ReplyHints& hints);

}  // namespace penstock::remote
