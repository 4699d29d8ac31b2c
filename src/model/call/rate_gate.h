// One of the quotas of a model: requests a minute, or tokens a minute.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "model/call/attempt.h"
#include "model/call/token_bucket.h"

namespace penstock::call {

// Open to what both our limit and the provider's allow. Used by one thread at a time; `now` never goes back.
class RateGate {
 public:
  // `first`: as in TokenBucket.
  RateGate(std::optional<int64_t> limit, int64_t first, Duration now) : limit_(limit), bucket_(first, now) {}

  // This process's part of the limit.
  void SetShare(double share, Duration now);

  // Whether that changed the limit. A lower limit counts at once; a higher one when none lower was named for a minute,
  // since different endpoints may name different ones. A quota that is used up closes the gate until its reset, for ten
  // minutes at most: then a request finds out.
  bool Learn(const Quota::Part& part, Duration now);

  // Whether the provider's quota is used up.
  bool Closed(Duration now) const { return now < closed_until_; }
  // As TokenBucket::WaitFor.
  std::optional<Duration> WaitFor(int64_t amount, int64_t reserved, Duration now);
  void Take(int64_t amount);
  void Return(int64_t amount, Duration now);

 private:
  bool LearnLimit(int64_t limit, Duration now);
  // Nothing where there is no limit.
  std::optional<int64_t> Limit() const;
  void Apply(Duration now);

  std::optional<int64_t> limit_;
  std::optional<int64_t> learnt_;
  Duration learnt_at_{};
  Duration closed_until_ = Duration::min();
  double share_ = 0;
  TokenBucket bucket_;
};

}  // namespace penstock::call
