// One try to get an answer, and how it ended.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace penstock {

using AttemptId = uint64_t;  // never used twice in a process's worker

enum class AttemptEnd : uint8_t {
  kAnswered,     // the model said something: `answer`
  kFailed,       // for a reason that may pass: a status such as 503, a cut connection, an envelope that does not parse
  kThrottled,    // the provider wants fewer requests: 429
  kUnreachable,  // no connection came about
  kRefused,      // no repetition helps: the request, the key, the account or the length of the answer is wrong
};

struct Usage {
  uint64_t input_tokens = 0;
  uint64_t output_tokens = 0;
};

// What a provider says about how much more it takes.
struct Quota {
  struct Part {
    std::optional<int64_t> limit;      // a minute
    std::optional<int64_t> remaining;  // until the reset
    std::optional<Duration> reset;     // from now
  };
  Part requests;
  Part tokens;
};

struct AttemptOutcome {
  AttemptEnd end = AttemptEnd::kFailed;
  std::string reason;                   // one word for metrics: status_503, timeout, connect, insufficient_quota ...
  std::string message;                  // for people; holds no secret and nothing of the event
  std::string answer;                   // of kAnswered: what the protocol reads its answer from
  std::optional<Duration> retry_after;  // not before it has passed, as the provider says
  std::optional<Usage> usage;
  Quota quota;
  std::optional<Duration> first_token;  // from the request's last byte to the first of a streamed answer
};

// Takes outcomes. An attempt that was not abandoned ends exactly once.
class AttemptSink {
 public:
  virtual ~AttemptSink() = default;
  virtual void AttemptEnded(AttemptId id, AttemptOutcome outcome) = 0;
};

// Makes attempts. Used by one worker's thread.
class Transport {
 public:
  virtual ~Transport() = default;

  // Sends the payload to the endpoint with this number. The outcome comes later, never from within Begin. The payload
  // lives until then, or until the attempt is abandoned. Time limits are the caller's.
  virtual void Begin(AttemptId id, size_t endpoint, std::string_view payload, AttemptSink& sink) = 0;

  // No outcome of it comes any more.
  virtual void Abandon(AttemptId id) = 0;
};

}  // namespace penstock
