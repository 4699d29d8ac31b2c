#include "model/call/token_bucket.h"

#include <algorithm>
#include <cmath>

namespace penstock::call {
namespace {

constexpr int64_t kMillion = 1'000'000;
constexpr int64_t kUnits = TokenBucket::kWindow.count() * kMillion;  // in one
constexpr Duration kBeginning = std::chrono::seconds(10);
// Who says that it took absurdly many does not close us for ever.
constexpr int64_t kDebtWindows = 10;
constexpr double kLimitMax = 1e12;
// Shares are sums of fractions such as 1/3: a part that should be whole must not be rounded down.
constexpr double kRounding = 1e-6;

int64_t MillionthsOf(double per_minute) {
  const double limit = std::clamp(per_minute, 0.0, kLimitMax);
  const double whole = std::floor(limit + kRounding);
  return whole >= 1 ? static_cast<int64_t>(whole) * kMillion : static_cast<int64_t>(limit * kMillion);
}

}  // namespace

TokenBucket::Credit TokenBucket::Capacity() const { return Credit{burst_} * kUnits; }

void TokenBucket::SetLimit(double per_minute, Duration now) {
  Refill(now);
  const int64_t limit = MillionthsOf(per_minute);
  if (limit != limit_millionths_) Change(limit, now);
}

void TokenBucket::Change(int64_t limit_millionths, Duration now) {
  const int64_t gain = (limit_millionths - limit_millionths_) / kMillion;
  const int64_t limit = limit_millionths / kMillion;
  limit_millionths_ = limit_millionths;
  burst_ = 1 + limit / 100;
  rate_millionths_ = limit > 0 ? (limit - limit / 100) * kMillion : limit_millionths;
  if (!begun_) {
    begun_ = now;
    credit_ += Credit{first_} * kUnits;
  } else if (gain > 0 && now - *begun_ >= kBeginning) {
    credit_ -= Credit{std::min(gain, 8 + gain / 16)} * kUnits;
  }
  credit_ = std::min(credit_, Capacity());
}

void TokenBucket::Refill(Duration now) {
  const Duration elapsed = now - refilled_;
  refilled_ = now;
  credit_ = std::min(credit_ + Credit{elapsed.count()} * rate_millionths_, Capacity());
}

std::optional<Duration> TokenBucket::WaitFor(int64_t amount, int64_t reserved, Duration now) {
  Refill(now);
  const Credit needed = Credit{reserved + std::min(amount, burst_)} * kUnits;
  if (credit_ >= needed && limit_millionths_ > 0) return Duration(0);
  if (rate_millionths_ == 0 || needed > Capacity()) return std::nullopt;
  const Credit wait = (needed - credit_ + rate_millionths_ - 1) / rate_millionths_;
  return wait > Duration::max().count() ? Duration::max() : Duration(static_cast<int64_t>(wait));
}

void TokenBucket::Take(int64_t amount) { credit_ -= Credit{amount} * kUnits; }

void TokenBucket::Return(int64_t amount, Duration now) {
  Refill(now);
  const Credit after = std::min(credit_ + Credit{amount} * kUnits, Capacity());
  const Credit most_debt = -Credit{limit_millionths_} * (kUnits / kMillion) * kDebtWindows;
  credit_ = amount < 0 ? std::max(after, std::min(credit_, most_debt)) : after;
}

}  // namespace penstock::call
