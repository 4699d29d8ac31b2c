#include "model/call/worker_caller.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

namespace penstock::call {
namespace {

// An attempt's number is that of its slot, and above it a number that no other attempt of the thread has.
constexpr int kSlotBits = 24;
thread_local uint64_t attempts_of_thread = 0;

AttemptId NewAttempt(Slot slot) { return (++attempts_of_thread << kSlotBits) | slot; }
Slot SlotOf(AttemptId id) { return static_cast<Slot>(id & ((1U << kSlotBits) - 1)); }

// More than any call takes: a provider that says so is wrong.
constexpr uint64_t kTokensMax = 1'000'000'000;

// No outage is waited for longer than that because a provider asks for it.
constexpr Duration kOutagePauseMax = std::chrono::hours(24);

Health HealthOf(AttemptEnd end) {
  switch (end) {
    case AttemptEnd::kAnswered: return Health::kGood;
    case AttemptEnd::kFailed:
    case AttemptEnd::kUnreachable: return Health::kBad;
    case AttemptEnd::kThrottled:
    case AttemptEnd::kRefused: return Health::kNeither;
  }
  return Health::kNeither;
}

// What the attempt took, where that is known.
std::optional<int64_t> TokensOf(const AttemptOutcome& outcome) {
  if (outcome.end == AttemptEnd::kUnreachable) return 0;
  if (!outcome.usage) return std::nullopt;
  return static_cast<int64_t>(outcome.usage->input_tokens + outcome.usage->output_tokens);
}

// Who says when to come again says that its quota is not used up then: what its headers call a reset may be the time
// until the whole of it is there again.
Quota QuotaOf(const AttemptOutcome& outcome) {
  Quota quota = outcome.quota;
  if (!outcome.retry_after || *outcome.retry_after <= Duration(0)) return quota;
  for (Quota::Part* const part : {&quota.requests, &quota.tokens})
    if (part->reset) part->reset = std::min(*part->reset, *outcome.retry_after);
  return quota;
}

bool SaysAnything(const Quota::Part& part) { return part.limit || part.remaining; }

CallWait WaitOf(Gate gate) {
  switch (gate) {
    case Gate::kRequests: return CallWait::kRequests;
    case Gate::kTokens: return CallWait::kTokens;
    case Gate::kProvider: return CallWait::kProvider;
    case Gate::kNone:
    case Gate::kInFlight: return CallWait::kInFlight;
  }
  return CallWait::kInFlight;
}

Duration After(Duration now, Duration wait) { return wait < Duration::max() - now ? now + wait : Duration::max(); }

}  // namespace

WorkerCaller::WorkerCaller(const CallPolicy& policy, Limiter& limiter, std::function<void()> wake, Transport& transport,
                           CallSink& sink, const Clock& clock, uint64_t seed, CallMetrics& metrics)
    : policy_(policy),
      transport_(transport),
      sink_(sink),
      clock_(clock),
      metrics_(metrics),
      door_(limiter.NewDoor(std::move(wake))),
      endpoints_(policy, clock.Monotonic()),
      backoff_(policy.retry, seed) {}

WorkerCaller::~WorkerCaller() {
  for (const Slot slot : calls_.Slots()) Leave(slot);
}

void WorkerCaller::Start(CallId id, std::string payload, int64_t tokens) {
  const Slot slot = calls_.Add(id);
  assert(slot < (Slot{1} << kSlotBits));
  Call& call = calls_[slot];
  call.payload = std::move(payload);
  call.tokens = std::max<int64_t>(tokens, 0);
  call.started = clock_.Monotonic();
  call.state = Call::State::kFresh;
  fresh_.Push(slot);
  metrics_.started.Add();
}

void WorkerCaller::Cancel(CallId id) {
  const Slot slot = calls_.Find(id);
  if (slot == kNoSlot) return;
  Leave(slot);
  calls_.Remove(slot);
  metrics_.cancelled.Add();
}

void WorkerCaller::Leave(Slot slot) {
  Call& call = calls_[slot];
  switch (call.state) {
    case Call::State::kFresh: fresh_.Remove(slot); break;
    case Call::State::kDue: due_.Remove(slot); break;
    case Call::State::kPausing: EndPause(slot); break;
    case Call::State::kCalling:
      timers_.Remove(slot);
      transport_.Abandon(call.attempt);
      // The provider goes on with it, and counts its tokens.
      ReleaseAttempt(call, Health::kUnknown, std::nullopt, clock_.Monotonic());
      break;
    case Call::State::kEnded: TakeOutcome(call, arrivals_[call.arrival].outcome, clock_.Monotonic()); break;
  }
  call.attempt = 0;
}

void WorkerCaller::AttemptEnded(AttemptId id, AttemptOutcome outcome) {
  const Slot slot = SlotOf(id);
  if (!calls_.Has(slot) || calls_[slot].attempt != id || calls_[slot].state != Call::State::kCalling) {
    metrics_.late_answers.Add();
    return;
  }
  Call& call = calls_[slot];
  timers_.Remove(slot);
  if (outcome.usage) {
    outcome.usage->input_tokens = std::min(outcome.usage->input_tokens, kTokensMax);
    outcome.usage->output_tokens = std::min(outcome.usage->output_tokens, kTokensMax);
  }
  call.state = Call::State::kEnded;
  call.ended = clock_.Monotonic();
  call.arrival = static_cast<uint32_t>(arrivals_.size());
  arrivals_.push_back({id, std::move(outcome)});
}

bool WorkerCaller::HasBegun(CallId id) const {
  const Slot slot = calls_.Find(id);
  return slot != kNoSlot && calls_[slot].begun > 0;
}

size_t WorkerCaller::PayloadBytes(CallId id) const {
  const Slot slot = calls_.Find(id);
  return slot == kNoSlot ? 0 : calls_[slot].payload.capacity();
}

Duration WorkerCaller::Turn() {
  TakeArrivals(clock_.Monotonic());
  const Duration now = clock_.Monotonic();
  FireTimers(now);
  const Duration wait = Serve(now);
  CountWaiting();
  if (!arrivals_.empty()) return Duration(0);
  if (timers_.empty()) return wait;
  return std::clamp(timers_.next_at() - now, Duration(0), wait);
}

void WorkerCaller::TakeArrivals(Duration now) {
  // Whoever is told of an end may cancel what has arrived as well, or make more arrive.
  for (size_t i = 0; i < arrivals_.size(); ++i) {
    const AttemptId id = arrivals_[i].attempt;
    const Slot slot = SlotOf(id);
    if (calls_[slot].attempt != id) continue;
    AttemptOutcome outcome = std::move(arrivals_[i].outcome);
    TakeOutcome(calls_[slot], outcome, now);
    Settle(slot, outcome, now);
  }
  arrivals_.clear();
}

void WorkerCaller::FireTimers(Duration now) {
  while (!timers_.empty() && timers_.next_at() <= now) {
    const Slot slot = timers_.next();
    if (calls_[slot].state == Call::State::kCalling) {
      timers_.Remove(slot);
      TimeOut(slot, now);
    } else {
      EndPause(slot);
      calls_[slot].state = Call::State::kDue;
      due_.Push(slot);
    }
  }
}

void WorkerCaller::EndPause(Slot slot) {
  timers_.Remove(slot);
  if (std::exchange(calls_[slot].is_told_when, false)) --told_pauses_;
}

void WorkerCaller::TimeOut(Slot slot, Duration now) {
  Call& call = calls_[slot];
  transport_.Abandon(call.attempt);
  metrics_.timeouts.Add();
  call.ended = now;
  ReleaseAttempt(call, Health::kBad, std::nullopt, now);
  AttemptOutcome outcome;
  outcome.reason = "timeout";
  outcome.message =
      "no answer came within " + std::to_string((now - call.began) / std::chrono::milliseconds(1)) + " ms";
  Settle(slot, outcome, now);
}

void WorkerCaller::TakeOutcome(Call& call, const AttemptOutcome& outcome, Duration now) {
  ReleaseAttempt(call, HealthOf(outcome.end), TokensOf(outcome), now);
  if (SaysAnything(outcome.quota.requests) || SaysAnything(outcome.quota.tokens)) door_->Learn(QuotaOf(outcome));
  if (outcome.end == AttemptEnd::kThrottled) metrics_.throttled.Add();
  if (outcome.first_token) metrics_.first_token_ns.Record(outcome.first_token->count());
  if (!outcome.usage) return;
  call.usage.input_tokens += outcome.usage->input_tokens;
  call.usage.output_tokens += outcome.usage->output_tokens;
  metrics_.input_tokens.Add(outcome.usage->input_tokens);
  metrics_.output_tokens.Add(outcome.usage->output_tokens);
}

void WorkerCaller::ReleaseAttempt(Call& call, Health health, std::optional<int64_t> tokens_used, Duration now) {
  call.attempt = 0;
  metrics_.in_flight.Add(-1);
  door_->Release(call.tokens, tokens_used);
  endpoints_.End(call.choice, health, now);
}

void WorkerCaller::Settle(Slot slot, AttemptOutcome& outcome, Duration now) {
  Call& call = calls_[slot];
  const bool failed = HealthOf(outcome.end) == Health::kBad;
  const bool outage = failed && endpoints_.AllDown();
  const bool counts = !policy_.wait_in_outage || !(outage || outcome.end == AttemptEnd::kUnreachable);
  if (counts) {
    ++call.attempts;
    call.left -= std::min(call.left, call.ended - call.began);
  }
  if (outcome.end == AttemptEnd::kAnswered) return Finish(slot, CallResult::kAnswered, std::move(outcome), now);
  if (outcome.end == AttemptEnd::kRefused) return Finish(slot, CallResult::kRefused, std::move(outcome), now);
  if (call.attempts >= policy_.retry.attempts) return Finish(slot, CallResult::kFailed, std::move(outcome), now);
  Retry(slot, outcome, outage && policy_.wait_in_outage, now);
}

void WorkerCaller::Retry(Slot slot, AttemptOutcome& outcome, bool in_outage, Duration now) {
  Call& call = calls_[slot];
  const Duration told = std::max(outcome.retry_after.value_or(Duration(0)), Duration(0));
  const Duration delay = in_outage ? told : std::max(told, backoff_.Next(call.pauses++));
  const Duration most = in_outage ? kOutagePauseMax : call.left;
  if (delay >= most) return Finish(slot, CallResult::kDeadline, std::move(outcome), now);
  if (!in_outage) call.left -= delay;
  call.reason = std::move(outcome.reason);
  call.message = std::move(outcome.message);
  if (delay > Duration(0)) {
    call.state = Call::State::kPausing;
    call.is_told_when = delay == told;
    told_pauses_ += call.is_told_when ? 1 : 0;
    timers_.Set(slot, After(now, delay));
  } else {
    call.state = Call::State::kDue;
    due_.Push(slot);
  }
}

void WorkerCaller::Finish(Slot slot, CallResult result, AttemptOutcome outcome, Duration now) {
  Call& call = calls_[slot];
  CallEnd end;
  end.result = result;
  if (result == CallResult::kAnswered) {
    end.answer = std::move(outcome.answer);
    metrics_.answered.Add();
  } else {
    end.reason = std::move(outcome.reason);
    end.message = std::move(outcome.message);
    metrics_.failed.Add();
  }
  end.usage = call.usage;
  end.attempts = call.attempts;
  end.endpoint = call.choice.endpoint;
  const bool begun = call.begun > 0;
  end.queued = (begun ? call.first_permit : now) - call.started;
  end.calling = begun ? call.ended - call.began : Duration(0);
  end.retrying = begun ? call.began - call.first_permit : Duration(0);
  metrics_.queued_ns.Record(end.queued.count());
  metrics_.calling_ns.Record(end.calling.count());
  metrics_.retrying_ns.Record(end.retrying.count());
  const CallId id = call.id;
  calls_.Remove(slot);
  sink_.CallEnded(id, std::move(end));
}

Slot WorkerCaller::NextInQueues() const {
  const bool fresh = !fresh_.empty() && !held_;
  // A request that no endpoint survives must not be the one that finds out, again and again, whether one is back.
  if (due_.empty() || (fresh && endpoints_.AllDown())) return fresh ? fresh_.front() : due_.front();
  return due_.front();
}

Duration WorkerCaller::Serve(Duration now) {
  for (;;) {
    const Slot slot = NextInQueues();
    if (slot == kNoSlot) {
      Withdraw();
      return Duration::max();
    }
    if (!endpoints_.AnyUp(now)) {
      Withdraw();
      blocked_by_ = CallWait::kOutage;
      if (!policy_.wait_in_outage) return EndForOutage(now);
      const std::optional<Duration> probe = endpoints_.NextProbe();
      return probe ? *probe - now : Duration::max();
    }
    const LimiterDoor::Answer answer = door_->Ask(calls_[slot].tokens);
    asking_ = true;
    blocked_by_ = WaitOf(answer.gate);
    if (!answer.permitted) return answer.wait.value_or(Duration::max());
    BeginAttempt(slot, now);
  }
}

void WorkerCaller::CountWaiting() {
  const auto fresh = static_cast<int64_t>(fresh_.size());
  const auto due = static_cast<int64_t>(due_.size());
  const int64_t pausing = static_cast<int64_t>(calls_.size()) - metrics_.in_flight.value() - fresh - due;
  std::array<int64_t, kCallWaits> waiting{};
  const auto count = [&waiting](CallWait wait) -> int64_t& { return waiting[static_cast<size_t>(wait)]; };
  // Those in a queue wait for what its first one waits for.
  count(blocked_by_) += due;
  count(held_ ? CallWait::kHold : blocked_by_) += fresh;
  count(CallWait::kProvider) += told_pauses_;
  count(CallWait::kBackoff) += pausing - told_pauses_;
  for (size_t i = 0; i < kCallWaits; ++i) metrics_.waiting[i].Set(waiting[i]);
}

void WorkerCaller::Withdraw() {
  if (std::exchange(asking_, false)) door_->Withdraw();
}

void WorkerCaller::BeginAttempt(Slot slot, Duration now) {
  Call& call = calls_[slot];
  (call.state == Call::State::kFresh ? fresh_ : due_).Remove(slot);
  std::optional<size_t> failed;
  if (call.begun == 0) {
    call.first_permit = now;
    call.left = policy_.deadline;
  } else {
    failed = call.choice.endpoint;
    metrics_.retries.Add();
  }
  metrics_.attempts.Add();
  metrics_.in_flight.Add(1);
  ++call.begun;
  call.choice = endpoints_.Begin(failed, now);
  call.state = Call::State::kCalling;
  call.attempt = NewAttempt(slot);
  call.began = now;
  // In an outage that is waited for, no time is used up: what is left of the deadline may be too short for any answer.
  const bool in_outage = call.choice.probe && policy_.wait_in_outage;
  timers_.Set(slot, After(now, in_outage ? policy_.timeout : std::min(policy_.timeout, call.left)));
  transport_.Begin(call.attempt, call.choice.endpoint, call.payload, *this);
}

Duration WorkerCaller::EndForOutage(Duration now) {
  // Those that are there now: whoever is told may start others.
  for (size_t count = due_.size() + (held_ ? 0 : fresh_.size()); count > 0; --count) {
    const Slot slot = NextInQueues();
    if (slot == kNoSlot) break;
    Call& call = calls_[slot];
    (call.state == Call::State::kFresh ? fresh_ : due_).Remove(slot);
    AttemptOutcome outcome;
    outcome.reason = call.begun > 0 ? std::move(call.reason) : "outage";
    outcome.message = "no endpoint is up" + (call.begun > 0 ? "; the last attempt: " + call.message : "");
    Finish(slot, CallResult::kOutage, std::move(outcome), now);
  }
  return NextInQueues() == kNoSlot ? Duration::max() : Duration(0);
}

}  // namespace penstock::call
