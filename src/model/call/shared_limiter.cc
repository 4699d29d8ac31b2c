#include "model/call/shared_limiter.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

namespace penstock::call {
namespace {

// The first calls need not wait until a burst has come together.
constexpr int64_t kFirstRequests = 1;
constexpr int64_t kFirstTokens = std::numeric_limits<int64_t>::max();

// As in TokenBucket: a share of 1/3 of 6 is 2, whatever its rounding.
constexpr double kRounding = 1e-6;

}  // namespace

class SharedLimiter::Door final : public LimiterDoor {
 public:
  Door(SharedLimiter& limiter, std::function<void()> waker) : wake(std::move(waker)), limiter_(limiter) {}
  ~Door() override { limiter_.Close(*this); }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  Answer Ask(int64_t wanted) override { return limiter_.Ask(*this, std::max<int64_t>(wanted, 0)); }
  void Withdraw() override { limiter_.Withdraw(*this); }
  void Release(int64_t estimated, std::optional<int64_t> used) override { limiter_.Release(*this, estimated, used); }
  void Learn(const Quota& quota) override { limiter_.Learn(*this, quota); }
  void SetShare(double value) override { limiter_.SetShare(*this, value); }
  bool IsAboveShare() const override { return limiter_.IsAboveShare(); }

  // The limiter's, under its mutex.
  const std::function<void()> wake;
  double share = 0;
  int64_t in_flight = 0;
  int64_t tokens = 0;       // that it asked for, while it is in the queue
  Gate gate = Gate::kNone;  // that it waits for
  bool woken = false;       // since it was refused
  bool owes_wake = false;   // it was permitted and left something for others, but may want that itself

 private:
  SharedLimiter& limiter_;
};

SharedLimiter::SharedLimiter(const CallLimits& limits, const Clock& clock)
    : clock_(clock),
      in_flight_limit_(limits.in_flight),
      requests_(limits.requests_per_minute, kFirstRequests, clock.Monotonic()),
      tokens_(limits.tokens_per_minute, kFirstTokens, clock.Monotonic()) {}

SharedLimiter::~SharedLimiter() { assert(doors_.empty()); }

std::unique_ptr<LimiterDoor> SharedLimiter::NewDoor(std::function<void()> wake) {
  auto door = std::make_unique<Door>(*this, std::move(wake));
  const std::lock_guard lock(mutex_);
  doors_.push_back(door.get());
  return door;
}

int64_t SharedLimiter::in_flight() const {
  const std::lock_guard lock(mutex_);
  return in_flight_;
}

LimiterDoor::Answer SharedLimiter::Ask(Door& door, int64_t tokens) {
  const std::lock_guard lock(mutex_);
  if (door.share <= 0) return {false, Gate::kInFlight, std::nullopt};
  const auto place = std::ranges::find(queue_, &door);
  const bool is_new = place == queue_.end();
  int64_t before = 0;
  int64_t tokens_before = 0;
  if (!is_new || !GoesFirst(door, place, queue_.size() + 1)) {
    before = place - queue_.begin();
    for (auto other = queue_.begin(); other != place; ++other) tokens_before += (*other)->tokens;
  }
  LimiterDoor::Answer answer = Check(before, tokens_before, tokens);
  if (answer.permitted) {
    Unqueue(door);
    requests_.Take(1);
    tokens_.Take(tokens);
    ++in_flight_;
    ++door.in_flight;
    const bool has_room = in_flight_ < in_flight_max_;  // else an end will wake
    const bool first_waits_for_ends = !queue_.empty() && queue_.front()->gate == Gate::kInFlight;
    door.owes_wake = has_room && first_waits_for_ends && LeftOfPart(door, queue_.size() + 1) > 0;
    if (has_room && !door.owes_wake) WakeFirst(1, Gate::kNone, &door);
    return answer;
  }
  if (std::exchange(door.owes_wake, false)) WakeFirst(1, Gate::kNone, &door);
  if (is_new) queue_.insert(queue_.begin() + before, &door);
  door.tokens = tokens;
  door.gate = answer.gate;
  door.woken = false;
  if (before > 0) answer.wait.reset();
  return answer;
}

LimiterDoor::Answer SharedLimiter::Check(int64_t calls_before, int64_t tokens_before, int64_t tokens) {
  if (in_flight_max_ - in_flight_ <= calls_before) return {false, Gate::kInFlight, std::nullopt};
  const Duration now = clock_.Monotonic();
  const std::optional<Duration> requests = requests_.WaitFor(1, calls_before, now);
  const std::optional<Duration> by_tokens = tokens_.WaitFor(tokens, tokens_before, now);
  if (requests == Duration(0) && by_tokens == Duration(0)) return {true, Gate::kNone, std::nullopt};
  Gate gate = requests == Duration(0) ? Gate::kTokens : Gate::kRequests;
  if (requests_.Closed(now) || tokens_.Closed(now)) gate = Gate::kProvider;
  if (!requests || !by_tokens) return {false, gate, std::nullopt};
  return {false, gate, std::max(*requests, *by_tokens)};
}

void SharedLimiter::Withdraw(Door& door) {
  const std::lock_guard lock(mutex_);
  const bool was_first = !queue_.empty() && queue_.front() == &door;
  Unqueue(door);
  if (std::exchange(door.owes_wake, false) || was_first) WakeFirst(1, Gate::kNone, &door);
}

void SharedLimiter::Release(Door& door, int64_t estimated, std::optional<int64_t> used) {
  const std::lock_guard lock(mutex_);
  assert(door.in_flight > 0);
  --door.in_flight;
  --in_flight_;
  if (used && *used != estimated) {
    tokens_.Return(estimated - *used, clock_.Monotonic());
    if (*used < estimated) WakeFirst(1, Gate::kTokens, &door);
  }
  KeepPart(door);
  // What it may make itself, of which it takes its place for one, wakes nobody else.
  int64_t others = in_flight_max_ - in_flight_;
  if (!queue_.empty() && queue_.front() == &door) others -= std::max<int64_t>(LeftOfPart(door, queue_.size()) - 1, 0);
  WakeFirst(others, Gate::kInFlight, &door);
}

int64_t SharedLimiter::LeftOfPart(const Door& door, size_t doors) const {
  return in_flight_max_ / static_cast<int64_t>(doors) - door.in_flight;
}

bool SharedLimiter::GoesFirst(const Door& door, std::vector<Door*>::const_iterator place, size_t doors) const {
  if (LeftOfPart(door, doors) <= 0) return false;
  return std::all_of(queue_.cbegin(), place, [&](const Door* other) {
    return other->gate == Gate::kInFlight && LeftOfPart(*other, doors) <= 0;
  });
}

void SharedLimiter::KeepPart(Door& door) {
  const auto place = std::ranges::find(queue_, &door);
  if (place == queue_.end() || door.gate != Gate::kInFlight || !GoesFirst(door, place, queue_.size())) return;
  std::rotate(queue_.begin(), place, place + 1);
}

void SharedLimiter::Learn(Door& door, const Quota& quota) {
  const std::lock_guard lock(mutex_);
  const Duration now = clock_.Monotonic();
  const bool requests_changed = requests_.Learn(quota.requests, now);
  const bool tokens_changed = tokens_.Learn(quota.tokens, now);
  if (requests_changed || tokens_changed) WakeFirst(1, Gate::kNone, &door);
}

void SharedLimiter::SetShare(Door& door, double share) {
  const std::lock_guard lock(mutex_);
  door.share = std::clamp(share, 0.0, 1.0);
  if (door.share <= 0) Unqueue(door);
  ApplyShares();
  WakeFirst(static_cast<int64_t>(queue_.size()), Gate::kNone, &door);
}

bool SharedLimiter::IsAboveShare() const {
  const std::lock_guard lock(mutex_);
  return in_flight_ > in_flight_max_;
}

void SharedLimiter::Close(Door& door) {
  const std::lock_guard lock(mutex_);
  Unqueue(door);
  std::erase(doors_, &door);
  in_flight_ -= door.in_flight;
  ApplyShares();
  WakeFirst(static_cast<int64_t>(queue_.size()), Gate::kNone, &door);
}

void SharedLimiter::ApplyShares() {
  double share = 0;
  for (const Door* const door : doors_) share += door->share;
  share = std::min(share, 1.0);
  const auto part = static_cast<int64_t>(std::floor(static_cast<double>(in_flight_limit_) * share + kRounding));
  in_flight_max_ = share > 0 ? std::max<int64_t>(part, 1) : 0;
  const Duration now = clock_.Monotonic();
  requests_.SetShare(share, now);
  tokens_.SetShare(share, now);
}

void SharedLimiter::Unqueue(Door& door) { std::erase(queue_, &door); }

void SharedLimiter::WakeFirst(int64_t count, Gate gate, const Door* asker) {
  for (Door* const door : queue_) {
    if (count-- <= 0) return;
    if (door == asker || door->woken || (gate != Gate::kNone && door->gate != gate)) continue;
    door->woken = true;
    door->wake();
  }
}

}  // namespace penstock::call
