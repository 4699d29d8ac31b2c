#include <algorithm>
#include <utility>

#include "model/call/caller_property.h"
#include "model/call/caller_property_parts.h"

namespace penstock::call {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;

std::string PayloadOf(CallId id) { return "question " + std::to_string(id); }
std::string AnswerOf(CallId id) { return "answer " + std::to_string(id); }
CallId CallOf(std::string_view payload) { return std::stoull(std::string(payload.substr(payload.rfind(' ')))); }

}  // namespace

void Schedule::StartCall(size_t number) {
  Worker& worker = *workers_[number];
  const CallId id = calls_.size();
  calls_.emplace_back().worker = number;
  ++worker.fresh;
  worker.caller->Start(id, PayloadOf(id), tokens_each_);
  worker.dirty = true;
}

void Schedule::CancelCall(CallId id) {
  if (id == 0) return;
  CallLife& life = calls_[id];
  Worker& worker = *workers_[life.worker];
  if (!life.over) {
    life.over = true;
    if (life.begun == 0) --worker.fresh;
    ++seen["cancelled"];
  }
  worker.caller->Cancel(id);
  worker.dirty = true;
  if (life.open != 0) Broken("a cancelled call goes on");
}

AttemptOutcome Schedule::DrawOutcome(CallId id, bool& hangs) {
  AttemptOutcome outcome;
  const int64_t draw = draining_ ? 0 : Between(0, 99);
  const int64_t good = outage_ ? 0 : 55;
  hangs = draw >= 92;
  if (draw < good || draining_) {
    outcome.end = AttemptEnd::kAnswered;
    outcome.answer = AnswerOf(id);
  } else if (draw < 70) {
    outcome.end = AttemptEnd::kFailed;
  } else if (draw < 78 && !outage_) {
    outcome.end = AttemptEnd::kThrottled;
  } else if (draw < 83 && !outage_) {
    outcome.end = AttemptEnd::kRefused;
  } else {
    outcome.end = AttemptEnd::kUnreachable;
  }
  const bool retries = outcome.end == AttemptEnd::kFailed || outcome.end == AttemptEnd::kThrottled;
  if (retries && Chance(30)) outcome.retry_after = BetweenMs(0, 30'000);
  if (outcome.end == AttemptEnd::kAnswered && Chance(70))
    outcome.usage = Usage{static_cast<uint64_t>(Between(0, tokens_each_)), static_cast<uint64_t>(Between(0, 100))};
  if (learns_limits_ && !draining_ && Chance(20)) AddQuota(outcome);
  return outcome;
}

void Schedule::AddQuota(AttemptOutcome& outcome) {
  Quota::Part& part = Chance(50) ? outcome.quota.requests : outcome.quota.tokens;
  if (Chance(50)) part.limit = Between(100, 10'000);
  if (Chance(50)) {
    part.remaining = Between(0, 1);
    part.reset = BetweenMs(0, 10'000);
  }
}

void Schedule::Begun(Worker& worker, AttemptId id, std::string_view payload, AttemptSink& sink) {
  const CallId call = CallOf(payload);
  CallLife& life = calls_[call];
  CheckCall(worker, life, call, payload);
  if (life.begun++ == 0) --worker.fresh;
  life.open = id;
  ++worker.process.open;
  CheckLimits(worker.process);
  CheckTurns(worker);
  bool hangs = false;
  const Duration now = clock_.Monotonic();
  Attempt attempt{call, worker.number, now, &sink, DrawOutcome(call, hangs), true};
  if (!attempts_.emplace(id, std::move(attempt)).second) Broken("an attempt's id is used twice");
  ++seen[hangs ? "hangs" : "outcomes"];
  if (!hangs) Push(now + (draining_ ? BetweenMs(1, 100) : BetweenMs(1, 8'000)), Kind::kOutcome, id);
}

void Schedule::CheckCall(Worker& worker, const CallLife& life, CallId id, std::string_view payload) {
  if (payload != PayloadOf(id)) Broken("a payload has changed");
  if (life.worker != worker.number) Broken("a call has come to another worker");
  if (life.over) Broken("a call goes on after its end");
  if (life.open != 0) Broken("a call has two attempts");
  if (clock_.Monotonic() < life.not_before) Broken("an attempt begins before it may");
  if (worker.partitions == 0) Broken("a worker without a share begins an attempt");
  if (!policy_.wait_in_outage && life.begun >= policy_.retry.attempts) Broken("a call has too many attempts");
  if (life.begun > 0) return;
  if (worker.held) Broken("a call begins while that is held");
  // Where none is up, a fresh call finds out whether one is, and this is still their order.
  if (id < worker.last_first) Broken("a call overtakes one that was started before");
  worker.last_first = id;
}

void Schedule::CheckLimits(const Process& process) {
  const Duration now = clock_.Monotonic();
  if (process.open > process.InFlightMax(policy_.limits.in_flight)) Broken("too many attempts are in flight");
  if (now > process.closed_from && now < process.closed_until) Broken("an attempt begins before the quota's reset");
  begins_.push_back(now);
  while (now - begins_.front() >= minutes(1)) begins_.pop_front();
  CountTokens(tokens_each_);
  if (draining_) return;
  const auto& limits = policy_.limits;
  if (limits.requests_per_minute && static_cast<int64_t>(begins_.size()) > *limits.requests_per_minute)
    Broken("a minute holds " + std::to_string(begins_.size()) + " attempts, and the limit is " +
           std::to_string(*limits.requests_per_minute));
  // Each process may owe what its last call took above a burst.
  const int64_t debts = static_cast<int64_t>(processes_.size()) * (tokens_each_ + 1);
  if (limits.tokens_per_minute && tokens_in_minute_ > *limits.tokens_per_minute + debts)
    Broken("a minute holds " + std::to_string(tokens_in_minute_) + " tokens, and the limit is " +
           std::to_string(*limits.tokens_per_minute));
}

void Schedule::CountTokens(int64_t tokens) {
  const Duration now = clock_.Monotonic();
  tokens_.emplace_back(now, tokens);
  tokens_in_minute_ += tokens;
  for (; now - tokens_.front().first >= minutes(1); tokens_.pop_front()) tokens_in_minute_ -= tokens_.front().second;
}

void Schedule::CheckTurns(Worker& worker) {
  worker.passed_over = 0;
  if (!always_up_) return;
  // In one moment, all that has come back may go to one of them, but for what is kept for the others.
  const auto most = static_cast<int64_t>(worker.process.workers.size()) + policy_.limits.in_flight + 3;
  for (Worker* const other : worker.process.workers) {
    const bool waits = other != &worker && other->fresh > 0 && other->partitions > 0 && !other->held;
    // Where too many calls are in flight, whoever has fewer of them goes first.
    const bool has_as_many = other->metrics.in_flight.value() >= worker.metrics.in_flight.value();
    if (waits && has_as_many) continue;
    other->passed_over = waits ? other->passed_over + 1 : 0;
    if (other->passed_over > most) Broken("a worker gets no turn");
  }
}

void Schedule::CheckWaiting(const Worker& worker) {
  const CallMetrics& metrics = worker.metrics;
  const uint64_t ended = metrics.answered.value() + metrics.failed.value() + metrics.cancelled.value();
  int64_t expected = static_cast<int64_t>(metrics.started.value() - ended) - metrics.in_flight.value();
  for (const Gauge& waiting : metrics.waiting) {
    if (waiting.value() < 0) Broken("fewer than no calls wait");
    expected -= waiting.value();
  }
  if (expected != 0) Broken("a waiting call is not counted, or is counted twice");
}

void Schedule::Closed(AttemptId id) {
  Attempt& attempt = attempts_.at(id);
  if (!attempt.open) Broken("an attempt is abandoned after its end");
  attempt.open = false;
  CallLife& life = calls_[attempt.call];
  life.open = 0;
  life.spent += clock_.Monotonic() - attempt.began;
  --workers_[attempt.worker]->process.open;
}

void Schedule::Deliver(AttemptId id) {
  Attempt& attempt = attempts_.at(id);
  Worker& worker = *workers_[attempt.worker];
  if (!worker.caller) return;
  if (!attempt.open) {
    ++worker.late;
    ++seen["late"];
    attempt.sink->AttemptEnded(id, attempt.outcome);
    return;
  }
  Closed(id);
  const Duration now = clock_.Monotonic();
  CallLife& life = calls_[attempt.call];
  life.last = attempt.outcome.end;
  if (attempt.outcome.retry_after) life.not_before = now + *attempt.outcome.retry_after;
  const Duration retry_after = attempt.outcome.retry_after.value_or(Duration(0));
  for (const Quota::Part* const part : {&attempt.outcome.quota.requests, &attempt.outcome.quota.tokens}) {
    if (part->remaining != 0 || !part->reset) continue;
    const Duration reset = retry_after > Duration(0) ? std::min(*part->reset, retry_after) : *part->reset;
    if (now + reset <= worker.process.closed_until) continue;
    if (worker.process.closed_until <= now) worker.process.closed_from = now;
    worker.process.closed_until = now + reset;
    ++seen["closed by the provider"];
  }
  int64_t used = tokens_each_;
  if (attempt.outcome.end == AttemptEnd::kUnreachable) used = 0;
  if (const auto& usage = attempt.outcome.usage)
    used = static_cast<int64_t>(usage->input_tokens + usage->output_tokens);
  if (used < tokens_each_) CountTokens(used - tokens_each_);
  worker.dirty = true;
  attempt.sink->AttemptEnded(id, attempt.outcome);
}

void Schedule::Abandoned(AttemptId id) {
  Attempt& attempt = attempts_.at(id);
  Closed(id);
  const CallLife& life = calls_[attempt.call];
  if (!life.over) calls_[attempt.call].last = AttemptEnd::kFailed;
  if (clock_.Monotonic() - attempt.began > policy_.timeout + lag_) Broken("an attempt outlives its time");
  if (Chance(30)) Push(clock_.Monotonic() + BetweenMs(0, 5'000), Kind::kOutcome, id);
}

void Schedule::Ended(Worker& worker, CallId id, const CallEnd& end) {
  CallLife& life = calls_[id];
  if (life.over) Broken("a call ends twice, or after it was cancelled");
  if (life.worker != worker.number) Broken("a call ends at another worker");
  life.over = true;
  if (life.begun == 0) --worker.fresh;
  CheckResult(life, id, end);
  ++seen["result " + std::to_string(static_cast<int>(end.result))];
  if (draining_ || !Chance(10)) return;
  if (Chance(50)) {
    StartCall(worker.number);
  } else {
    const CallId other = random_() % calls_.size();
    if (calls_[other].worker == worker.number) CancelCall(other);
  }
}

void Schedule::CheckResult(const CallLife& life, CallId id, const CallEnd& end) {
  if (life.open != 0) Broken("a call ends before its attempt");
  if (end.attempts > policy_.retry.attempts || end.attempts > life.begun) Broken("a call counts too many attempts");
  if (!policy_.wait_in_outage && end.attempts != life.begun) Broken("a call counts too few attempts");
  if (!policy_.wait_in_outage && life.spent > policy_.deadline + lag_ * life.begun) Broken("a deadline was ignored");
  switch (end.result) {
    case CallResult::kAnswered:
      if (end.answer != AnswerOf(id) || life.last != AttemptEnd::kAnswered) Broken("an answer is another's");
      break;
    case CallResult::kRefused:
      if (life.last != AttemptEnd::kRefused) Broken("a call ends as refused that was not");
      break;
    case CallResult::kFailed:
      if (end.attempts != policy_.retry.attempts) Broken("a call fails before all attempts");
      break;
    case CallResult::kDeadline:
      if (life.begun == 0) Broken("the deadline began before the first permit");
      break;
    case CallResult::kOutage:
      if (policy_.wait_in_outage || always_up_) Broken("a call ends for an outage");
      break;
  }
}

void Schedule::CheckAtTheEnd(bool drained) {
  for (const auto& [id, attempt] : attempts_)
    if (attempt.open) Broken("an attempt is left open");
  for (size_t id = 1; drained && id < calls_.size(); ++id)
    if (!calls_[id].over) Broken("call " + std::to_string(id) + " never ends");
  for (const auto& worker : workers_)
    if (worker->metrics.late_answers.value() != worker->late) Broken("late answers are counted wrongly");
  for (const auto& process : processes_) {
    if (process->limiter->in_flight() != 0) Broken("a permit is lost");
    if (!learns_limits_) CheckLimiterIsWhole(*process);
  }
}

void Schedule::CheckLimiterIsWhole(Process& process) {
  const auto door = process.limiter->NewDoor([] {});
  door->SetShare(1);
  clock_.Advance(minutes(20));
  const auto& limits = policy_.limits;
  int64_t expected = limits.in_flight;
  if (limits.requests_per_minute) expected = std::min(expected, 1 + *limits.requests_per_minute / 100);
  int64_t permits = 0;
  while (permits <= expected && door->Ask(0).permitted) ++permits;
  if (permits != expected)
    Broken("the limiter permits " + std::to_string(permits) + " in place of " + std::to_string(expected));
  for (int64_t i = 0; i < permits; ++i) door->Release(0, 0);
  if (!limits.tokens_per_minute) return;
  clock_.Advance(minutes(2));
  const int64_t burst = 1 + *limits.tokens_per_minute / 100;
  if (!door->Ask(burst).permitted) Broken("tokens are lost");
  door->Release(burst, std::nullopt);
  if (!limits.requests_per_minute && door->Ask(burst).permitted) Broken("tokens are earned");
}

}  // namespace penstock::call
