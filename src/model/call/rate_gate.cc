#include "model/call/rate_gate.h"

#include <algorithm>

namespace penstock::call {
namespace {

constexpr Duration kLearntFor = std::chrono::minutes(1);
constexpr Duration kClosedMax = std::chrono::minutes(10);

}  // namespace

void RateGate::SetShare(double share, Duration now) {
  share_ = share;
  Apply(now);
}

bool RateGate::Learn(const Quota::Part& part, Duration now) {
  if (part.remaining && *part.remaining <= 0 && part.reset)
    closed_until_ = std::max(closed_until_, now + std::clamp(*part.reset, Duration(0), kClosedMax));
  return part.limit && *part.limit > 0 && LearnLimit(*part.limit, now);
}

bool RateGate::LearnLimit(int64_t limit, Duration now) {
  if (learnt_ && limit > *learnt_ && now - learnt_at_ < kLearntFor) return false;
  const std::optional<int64_t> before = Limit();
  learnt_ = limit;
  learnt_at_ = now;
  Apply(now);
  return Limit() != before;
}

std::optional<int64_t> RateGate::Limit() const {
  if (!limit_ || !learnt_) return limit_ ? limit_ : learnt_;
  return std::min(*limit_, *learnt_);
}

void RateGate::Apply(Duration now) {
  if (const std::optional<int64_t> limit = Limit()) bucket_.SetLimit(static_cast<double>(*limit) * share_, now);
}

std::optional<Duration> RateGate::WaitFor(int64_t amount, int64_t reserved, Duration now) {
  const Duration closed = std::max(closed_until_, now) - now;
  if (!Limit()) return closed;
  const std::optional<Duration> wait = bucket_.WaitFor(amount, reserved, now);
  return wait ? std::optional(std::max(*wait, closed)) : std::nullopt;
}

void RateGate::Take(int64_t amount) {
  if (Limit()) bucket_.Take(amount);
}

void RateGate::Return(int64_t amount, Duration now) {
  if (Limit()) bucket_.Return(amount, now);
}

}  // namespace penstock::call
