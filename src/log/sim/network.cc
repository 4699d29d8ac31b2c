#include "log/sim/network.h"

#include <utility>

namespace penstock::sim {
namespace {

constexpr Duration kRequestTimeout = std::chrono::seconds(2);
constexpr int64_t kLateMinMs = 100;
constexpr int64_t kLateMaxMs = 25'000;
constexpr int64_t kSlowMaxMs = 1'500;

}  // namespace

Network::Passage Network::Draw() {
  Passage passage;
  passage.there = random_.BetweenMs(0, 3);
  passage.back = random_.BetweenMs(0, 3);
  const int64_t roll = random_.Below(1000);
  const NetworkFaults& f = faults_;
  if (roll >= f.lost_there + f.lost_back + f.late + f.slow) return passage;
  if (roll >= f.lost_there + f.lost_back + f.late) {
    passage.there = random_.BetweenMs(3, kSlowMaxMs);
    return passage;
  }
  passage.answered = false;
  passage.arrives = roll >= f.lost_there;
  passage.fate = passage.arrives ? " (its answer is lost)" : " (lost)";
  if (roll >= f.lost_there + f.lost_back) {
    // Half of them soon, when the producer that sent it is at its next transaction.
    passage.there = random_.BetweenMs(kLateMinMs, random_.Chance(500) ? 1'000 : kLateMaxMs);
    passage.fate = " (late)";
  }
  // A broken connection is noticed at once, silence after a while.
  passage.back = random_.Chance(500) ? kRequestTimeout : random_.BetweenMs(1, 50);
  return passage;
}

void Network::Send(const std::shared_ptr<Host>& host, const std::weak_ptr<void>& alive, const char* what,
                   std::function<void()> serve, std::function<void(bool answered)> done) {
  const Passage passage = Draw();
  if (!passage.answered) {
    if (trace_.on()) trace_.Say(host->name, std::string(what) + passage.fate);
    Later(host, alive, passage.back, [done] { done(false); });
  }
  if (!passage.arrives) return;
  scheduler_.After(passage.there, [this, host, alive, what, passage, serve = std::move(serve), done] {
    const bool cut = IsCut();
    if (trace_.on()) trace_.Say(host->name, std::string(what) + (cut ? " (cut off)" : passage.fate) + " arrives");
    if (!cut) serve();
    if (passage.answered) Later(host, alive, passage.back, [done, cut] { done(!cut); });
  });
}

void Network::Later(const std::shared_ptr<Host>& host, const std::weak_ptr<void>& alive, Duration delay,
                    std::function<void()> action) {
  scheduler_.After(delay, [this, host, alive, action = std::move(action)]() mutable {
    if (!host->alive || alive.expired()) return;
    const Duration stopped = host->stopped_until - scheduler_.now();
    if (stopped > Duration(0))
      Later(host, alive, stopped, std::move(action));
    else
      action();
  });
}

}  // namespace penstock::sim
