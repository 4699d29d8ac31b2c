#include "model/call/caller_property.h"

#include <algorithm>
#include <utility>

#include "model/call/caller_property_parts.h"

namespace penstock::call {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr uint64_t kTurnsMax = 200'000;
constexpr Duration kScript = minutes(3);
// Parts that move before that bring no credit, but cost none either.
constexpr Duration kFirstMove = seconds(11);

}  // namespace

Schedule::Schedule(uint64_t seed) : seed_(seed), random_(seed) {
  calls_.emplace_back();  // no call has the id 0
  ChoosePolicy();
  ChooseLimits();
  MakeProcesses();
  WriteScript();
}

Schedule::~Schedule() {
  // They report what they abandon.
  for (const auto& worker : workers_) worker->caller.reset();
}

int64_t Schedule::Between(int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random_() % static_cast<uint64_t>(high - low + 1));
}

Duration Schedule::BetweenMs(int64_t low, int64_t high) { return milliseconds(Between(low, high)); }

void Schedule::Broken(const std::string& what) {
  if (broken_.empty())
    broken_ = "seed " + std::to_string(seed_) + ", at " + std::to_string(clock_.Monotonic() / milliseconds(1)) +
              " ms: " + what;
}

void Schedule::ChoosePolicy() {
  policy_.timeout = BetweenMs(200, 20'000);
  policy_.deadline = BetweenMs(1'000, 60'000);
  policy_.retry = {static_cast<uint32_t>(Between(1, 4)), BetweenMs(0, 1'000), BetweenMs(500, 10'000)};
  policy_.breaker = {static_cast<uint32_t>(Between(1, 6)), BetweenMs(500, 5'000), BetweenMs(5'000, 20'000)};
  always_up_ = Chance(30);
  if (always_up_) policy_.breaker.failures = 1'000'000;
  policy_.wait_in_outage = Chance(60);
  policy_.endpoint_priorities.clear();
  for (int64_t endpoints = Between(1, 3); endpoints > 0; --endpoints)
    policy_.endpoint_priorities.push_back(static_cast<uint32_t>(Between(0, 1)));
  lag_ = Chance(50) ? Duration(0) : BetweenMs(1, 100);
}

void Schedule::ChooseLimits() {
  policy_.limits.in_flight = Between(1, 12);
  // So many that each partition's part is at least 1.
  if (Chance(70)) policy_.limits.requests_per_minute = Chance(30) ? Between(8, 12) : Between(8, 150);
  if (Chance(40)) policy_.limits.tokens_per_minute = Between(2'000, 20'000);
  tokens_each_ = Between(1, 400);
  learns_limits_ = Chance(20);
}

void Schedule::MakeProcesses() {
  const int64_t count = Between(1, 3);
  for (int64_t p = 0; p < count; ++p) {
    processes_.push_back(std::make_unique<Process>());
    Process& process = *processes_.back();
    process.limiter = Limiter::Make(policy_.limits, clock_);
    for (int64_t w = Between(1, 3); w > 0; --w) {
      workers_.push_back(std::make_unique<Worker>(*this, process));
      Worker& worker = *workers_.back();
      process.workers.push_back(&worker);
      worker.number = workers_.size() - 1;
      worker.caller = Caller::Make(
          policy_, *process.limiter, [&worker] { worker.dirty = true; }, worker, worker, clock_, seed_ + worker.number,
          worker.metrics);
    }
  }
  std::vector<int64_t> partitions(workers_.size(), 0);
  // Every process gets one, so that no limiter begins later than others.
  for (const auto& process : processes_) ++partitions[process->workers.front()->number];
  for (int64_t p = count; p < kPartitions; ++p) ++partitions[Between(0, static_cast<int64_t>(workers_.size()) - 1)];
  for (size_t w = 0; w < workers_.size(); ++w) SetPartitions(w, partitions[w]);
}

void Schedule::SetPartitions(size_t worker, int64_t partitions) {
  workers_[worker]->partitions = partitions;
  if (partitions == 0) workers_[worker]->passed_over = 0;  // its place in the queue is gone with its share
  workers_[worker]->caller->SetShare(static_cast<double>(partitions) / kPartitions);
  workers_[worker]->dirty = true;
}

void Schedule::Push(Duration at, Kind kind, uint64_t subject) { events_.push({at, ++order_, kind, subject}); }

void Schedule::WriteScript() {
  const auto worker = [&] { return static_cast<uint64_t>(Between(0, static_cast<int64_t>(workers_.size()) - 1)); };
  const int64_t span = Chance(50) ? 5'000 : kScript / milliseconds(1);
  const bool one_hot = Chance(30);
  for (int64_t calls = Between(5, 80); calls > 0; --calls)
    Push(BetweenMs(0, span), Kind::kStart, one_hot ? 0 : worker());
  for (int64_t cancels = Between(0, 8); cancels > 0; --cancels) Push(BetweenMs(0, span), Kind::kCancel, random_());
  for (int64_t holds = Between(0, 3); holds > 0; --holds) Push(BetweenMs(0, span), Kind::kHold, worker());
  for (int64_t moves = Between(0, 6); moves > 0; --moves)
    Push(BetweenMs(kFirstMove / milliseconds(1), kScript / milliseconds(1)), Kind::kMoveShare, 0);
  for (int64_t outages = !always_up_ && Chance(50) ? Between(1, 3) : 0; outages > 0; --outages)
    Push(BetweenMs(0, span), Kind::kOutage, 1);
}

std::string Schedule::Run() {
  const bool drained = !Chance(10);
  if (drained) {
    RunUntil(kScript);
    Drain();
  } else {  // all workers end in the middle of it
    RunUntil(BetweenMs(0, 60'000));
    ++seen["destroyed"];
    for (const auto& worker : workers_) worker->caller.reset();
  }
  if (broken_.empty()) CheckAtTheEnd(drained);
  return broken_;
}

void Schedule::RunUntil(Duration end) {
  while (broken_.empty()) {
    TurnWorkers();
    Duration next = end;
    for (const auto& worker : workers_) next = std::min(next, worker->due);
    if (!events_.empty()) next = std::min(next, events_.top().at);
    const Duration now = clock_.Monotonic();
    clock_.Advance(std::max(next, now) - now);
    if (next >= end) return;
    while (!events_.empty() && events_.top().at <= clock_.Monotonic()) {
      const Event event = events_.top();
      events_.pop();
      Handle(event);
    }
  }
}

void Schedule::TurnWorkers() {
  const size_t first = random_() % workers_.size();
  for (bool turned = true; turned && broken_.empty();) {
    turned = false;
    for (size_t i = 0; i < workers_.size(); ++i) {
      Worker& worker = *workers_[(first + i) % workers_.size()];
      const Duration now = clock_.Monotonic();
      if (!worker.dirty && worker.due > now) continue;
      worker.dirty = false;
      turned = true;
      const Duration wait = worker.caller->Turn();
      CheckWaiting(worker);
      const Duration late = lag_ > Duration(0) ? BetweenMs(0, lag_ / milliseconds(1)) : Duration(0);
      worker.due = wait < hours(1'000) ? now + wait + late : Duration::max();
      if (++turns_ > kTurnsMax) Broken("the workers turn in vain");
    }
  }
}

void Schedule::Handle(const Event& event) {
  switch (event.kind) {
    case Kind::kOutcome: Deliver(event.subject); break;
    case Kind::kStart: StartCall(event.subject); break;
    case Kind::kCancel: CancelCall(event.subject % calls_.size()); break;
    case Kind::kMoveShare:
      // Whoever gave its last part at the end would never be done.
      if (!draining_) MoveShare();
      break;
    case Kind::kGrowShare:
      free_partitions_ -= 1;
      SetPartitions(event.subject, workers_[event.subject]->partitions + 1);
      break;
    case Kind::kHold: {
      Worker& worker = *workers_[event.subject];
      worker.held = !worker.held && !draining_;
      worker.caller->Hold(worker.held);
      worker.dirty = true;
      if (worker.held) Push(clock_.Monotonic() + BetweenMs(1, 20'000), Kind::kHold, event.subject);
      break;
    }
    case Kind::kOutage:
      outage_ = event.subject == 1 && !draining_;
      if (outage_) Push(clock_.Monotonic() + BetweenMs(1'000, 90'000), Kind::kOutage, 0);
      break;
  }
}

void Schedule::MoveShare() {
  std::vector<size_t> givers;
  for (const auto& worker : workers_)
    if (worker->partitions > 0) givers.push_back(worker->number);
  if (givers.empty()) return;
  // A rebalance: some give, and a little later some get.
  for (int64_t moves = Between(1, 4); moves > 0; --moves) {
    const size_t giver = givers[random_() % givers.size()];
    if (workers_[giver]->partitions == 0) continue;
    SetPartitions(giver, workers_[giver]->partitions - 1);
    ++free_partitions_;
    Push(clock_.Monotonic() + (Chance(50) ? Duration(0) : BetweenMs(0, 3'000)), Kind::kGrowShare,
         random_() % workers_.size());
  }
  ++seen["moved"];
}

void Schedule::Drain() {
  draining_ = true;
  outage_ = false;
  for (const auto& worker : workers_) {
    worker->held = false;
    worker->caller->Hold(false);
    worker->dirty = true;
    // The shares may sum up to more than 1, and the limits to more than they are.
    if (worker->partitions == 0) SetPartitions(worker->number, 1);
  }
  RunUntil(clock_.Monotonic() + hours(24));
}

}  // namespace penstock::call
