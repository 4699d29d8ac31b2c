#include "model/call/endpoint_set.h"

#include <algorithm>
#include <cassert>

namespace penstock::call {
namespace {

constexpr Duration kSweepInterval = std::chrono::seconds(10);

}  // namespace

EndpointSet::EndpointSet(const CallPolicy& policy, Duration now)
    : policy_(policy.breaker), closed_(policy.endpoint_priorities.size()), swept_(now) {
  assert(!policy.endpoint_priorities.empty());
  for (const uint32_t priority : policy.endpoint_priorities)
    endpoints_.push_back({priority, Breaker(policy.breaker), 0, 0, {}});
}

bool EndpointSet::AnyUp(Duration now) const {
  return closed_ > 0 || std::ranges::any_of(endpoints_, [&](const Endpoint& e) { return e.breaker.Admits(now); });
}

std::optional<Duration> EndpointSet::NextProbe() const {
  std::optional<Duration> next;
  for (const Endpoint& endpoint : endpoints_)
    if (const auto at = endpoint.breaker.ProbeAt(); at && (!next || *at < *next)) next = at;
  return next;
}

bool EndpointSet::Better(const Endpoint& one, const Endpoint& other, std::optional<size_t> failed) const {
  if (one.priority != other.priority) return one.priority < other.priority;
  const auto has_failed = [&](const Endpoint& e) { return failed && &e == &endpoints_[*failed]; };
  if (has_failed(one) != has_failed(other)) return has_failed(other);
  return one.in_flight < other.in_flight;
}

EndpointSet::Choice EndpointSet::Begin(std::optional<size_t> failed, Duration now) {
  const size_t count = endpoints_.size();
  size_t best = count;
  for (size_t i = 0; i < count; ++i) {
    const size_t candidate = (next_ + i) % count;
    if (!endpoints_[candidate].breaker.Admits(now)) continue;
    if (best == count || Better(endpoints_[candidate], endpoints_[best], failed)) best = candidate;
  }
  assert(best < count);
  next_ = (best + 1) % count;
  ++endpoints_[best].in_flight;
  return {best, endpoints_[best].breaker.Begin()};
}

void EndpointSet::End(Choice choice, Health health, Duration now) {
  Endpoint& endpoint = endpoints_[choice.endpoint];
  --endpoint.in_flight;
  if (health == Health::kGood) ++endpoint.tally.good;
  if (health == Health::kBad) ++endpoint.tally.bad;
  endpoint.breaker.End(choice.probe, health, now);
  if (now - swept_ >= kSweepInterval) Sweep(now);
  CountClosed();
}

void EndpointSet::Sweep(Duration now) {
  swept_ = now;
  for (size_t i = 0; i < endpoints_.size(); ++i) {
    const auto end = endpoints_.begin() + static_cast<std::ptrdiff_t>(i);
    const uint32_t priority = endpoints_[i].priority;
    const bool seen = std::any_of(endpoints_.begin(), end, [&](const Endpoint& e) { return e.priority == priority; });
    if (!seen) SweepPriority(priority, now);
  }
  for (Endpoint& endpoint : endpoints_) endpoint.tally = {};
}

void EndpointSet::SweepPriority(uint32_t priority, Duration now) {
  std::vector<Endpoint*> members;
  std::vector<Tally> tallies;
  size_t down = 0;
  for (Endpoint& endpoint : endpoints_) {
    if (endpoint.priority != priority) continue;
    members.push_back(&endpoint);
    tallies.push_back(endpoint.tally);
    down += endpoint.breaker.closed() ? 0 : 1;
  }
  const std::optional<size_t> outlier = FindOutlier(tallies);
  for (size_t i = 0; i < members.size(); ++i)
    if (i != outlier && members[i]->ejections > 0) --members[i]->ejections;
  if (!outlier || !members[*outlier]->breaker.closed() || (down + 1) * 2 > members.size()) return;
  Endpoint& ejected = *members[*outlier];
  Duration length = policy_.open;
  for (uint32_t i = 0; i < ejected.ejections && length < policy_.open_max; ++i) length *= 2;
  ++ejected.ejections;
  ejected.breaker.Open(std::max(policy_.open, std::min(length, policy_.open_max)), now);
}

void EndpointSet::CountClosed() {
  closed_ =
      static_cast<size_t>(std::ranges::count_if(endpoints_, [](const Endpoint& e) { return e.breaker.closed(); }));
}

}  // namespace penstock::call
