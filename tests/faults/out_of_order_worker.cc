#include "tests/faults/out_of_order_worker.h"

#include <algorithm>
#include <utility>

#include "tests/faults/expectation.h"
#include "tests/faults/scenario.h"

namespace penstock::faults {
namespace {

constexpr size_t kInFlightMax = 100;
// A delivery, which cannot be refused, comes on top of it.
constexpr size_t kInFlightEver = kInFlightMax + 5 * 64;

void AddOutput(OutBatch& out, const std::string& topic, std::string_view value, const TopicPartition& partition,
               Epoch epoch) {
  const std::span<Header> headers = out.arena().AllocateArray<Header>(2);
  headers[0] = {"source", out.arena().Copy(ToString(partition))};
  headers[1] = {"epoch", out.arena().Copy(std::to_string(epoch))};
  out.Add({.topic = out.TopicNumber(topic),
           .home = partition.partition,
           .value = out.arena().Copy(value),
           .headers = headers});
}

}  // namespace

OutOfOrderWorker::OutOfOrderWorker(std::unique_ptr<Session> session, int64_t slow_per_mille, sim::Random& random,
                                   const Clock& clock, Verdict& verdict)
    : session_(std::move(session)),
      slow_per_mille_(slow_per_mille),
      random_(random),
      clock_(clock),
      verdict_(verdict) {}

void OutOfOrderWorker::Step() {
  delivery_.Clear();
  if (const Result<void> polled = session_->Poll(Duration(0), delivery_); !polled)
    return verdict_.Violate("a session gave up: " + polled.error().message);
  for (SessionEvent& event : delivery_.events) std::visit([this](auto& one) { Handle(one); }, event);
  for (const Fetched& fetched : delivery_.fetched) Take(fetched);
  for (auto& [partition, held] : held_) FinishSome(partition, held);
  CommitIfDue();
  ReleaseRevoked();
  BoundInFlight();
}

bool OutOfOrderWorker::Finish() {
  if (!std::exchange(finishing_, true)) {
    session_->Pause(HeldPartitions());
    for (auto& [partition, held] : held_) held.in_flight.clear();
  }
  Step();
  return !committing_ &&
         std::none_of(held_.begin(), held_.end(), [](const auto& entry) { return entry.second.changed; });
}

void OutOfOrderWorker::Handle(Assigned& event) {
  const auto [held, is_new] = held_.try_emplace(event.partition);
  if (!is_new) verdict_.Violate(ToString(event.partition) + " was assigned to who held it");
  ++verdict_.assigned;
  verdict_.resumed_above += event.progress.ranges().empty() ? 0 : 1;
  held->second.epoch = event.epoch;
  held->second.next = event.progress.position();
  held->second.progress = std::move(event.progress);
  if (paused_ || finishing_) session_->Pause({&event.partition, 1});
}

void OutOfOrderWorker::Handle(Revoking& event) {
  const auto held = held_.find(event.partition);
  if (held == held_.end()) return;
  ++verdict_.revoked;
  held->second.revoking = true;
  // What is not finished is the next owner's.
  held->second.in_flight.clear();
}

void OutOfOrderWorker::Handle(Lost& event) {
  const auto held = held_.find(event.partition);
  if (held == held_.end() || held->second.epoch != event.epoch)
    return verdict_.Violate(ToString(event.partition) + " was lost by who did not hold it");
  ++verdict_.lost;
  held_.erase(held);
}

void OutOfOrderWorker::Handle(Committed& event) {
  if (committing_ != event.id) return verdict_.Violate("a commit that was not under way has ended");
  committing_.reset();
  ++verdict_.committed;
  verdict_.fenced += event.fenced.size();
}

// As the engine does: what the log refuses is written shorter.
void OutOfOrderWorker::Handle(Refused& event) {
  if (committing_ != event.id) return verdict_.Violate("a commit that was not under way was refused");
  ++verdict_.refused;
  std::vector<PartitionWork> again;
  for (size_t i = 0; i < event.work.size(); ++i) {
    const PartitionWork& work = event.work[i];
    PartitionWork& mended = again.emplace_back(PartitionWork{work.partition, work.epoch, work.progress, {}});
    for (size_t r = 0; r < work.records.records().size(); ++r) {
      const OutRecord& record = work.records.records()[r];
      const bool refused = std::any_of(event.records.begin(), event.records.end(),
                                       [&](const RefusedRecord& one) { return one.work == i && one.record == r; });
      const std::string_view value = refused ? record.value->substr(0, record.value->find('}') + 1) : *record.value;
      AddOutput(mended.records, work.records.topics()[record.topic], value, work.partition, work.epoch);
    }
  }
  committing_ = session_->Commit(std::move(again));
}

void OutOfOrderWorker::Take(const Fetched& fetched) {
  const auto found = held_.find(*fetched.partition);
  if (found == held_.end() || found->second.epoch != fetched.epoch || found->second.revoking || finishing_) return;
  Held& held = found->second;
  if (fetched.begin != held.next)
    verdict_.Violate(ToString(found->first) + ": a delivery begins at " + std::to_string(fetched.begin) +
                     " instead of " + std::to_string(held.next));
  held.next = fetched.end;
  int64_t after = fetched.begin;
  for (const Record& record : fetched.records) {
    if (held.progress.Contains(record.source.offset))
      verdict_.Violate(ToString(found->first) + ": what was done came again, at " +
                       std::to_string(record.source.offset));
    held.progress.Add(after, record.source.offset);
    after = record.source.offset + 1;
    const bool slow = random_.Chance(slow_per_mille_);
    const Duration delay = random_.BetweenMs(0, slow ? 20'000 : 400);
    held.in_flight.push_back({record.source.offset, std::string(*record.value), clock_.Monotonic() + delay});
  }
  held.progress.Add(after, fetched.end);
  held.changed = true;
}

void OutOfOrderWorker::FinishSome(const TopicPartition& partition, Held& held) {
  const Duration now = clock_.Monotonic();
  std::erase_if(held.in_flight, [&](const InFlight& one) {
    if (one.ready_at > now) return false;
    WriteOutputs(partition, held, one.value);
    held.progress.Add(one.offset, one.offset + 1);
    held.changed = true;
    return true;
  });
}

void OutOfOrderWorker::WriteOutputs(const TopicPartition& partition, Held& held, const std::string& value) {
  for (const std::string& topic : OutputTopicsOf(value, false)) {
    const bool too_large = topic == kMoreTopic && IsTooLarge(value);
    AddOutput(held.out, topic, too_large ? value + std::string(kRecordBytesMax, ' ') : value, partition, held.epoch);
  }
}

void OutOfOrderWorker::CommitIfDue() {
  if (committing_ || (clock_.Monotonic() < next_commit_ && !finishing_)) return;
  std::vector<PartitionWork> work;
  for (auto& [partition, held] : held_) {
    if (!held.changed) continue;
    held.changed = false;
    work.push_back({partition, held.epoch, held.progress, std::exchange(held.out, OutBatch())});
  }
  if (work.empty()) return;
  committing_ = session_->Commit(std::move(work));
  next_commit_ = clock_.Monotonic() + random_.BetweenMs(50, 500);
}

void OutOfOrderWorker::ReleaseRevoked() {
  if (committing_) return;
  std::vector<TopicPartition> released;
  for (const auto& [partition, held] : held_)
    if (held.revoking && !held.changed) released.push_back(partition);
  if (released.empty()) return;
  session_->Release(released);
  for (const TopicPartition& partition : released) held_.erase(partition);
}

void OutOfOrderWorker::BoundInFlight() {
  size_t in_flight = 0;
  for (const auto& [partition, held] : held_) in_flight += held.in_flight.size();
  if (in_flight > kInFlightEver) verdict_.Violate("records came while all was paused");
  const bool full = in_flight > (paused_ ? kInFlightMax / 2 : kInFlightMax);
  if (full == paused_ || finishing_) return;
  paused_ = full;
  full ? session_->Pause(HeldPartitions()) : session_->Resume(HeldPartitions());
}

std::vector<TopicPartition> OutOfOrderWorker::HeldPartitions() const {
  std::vector<TopicPartition> partitions;
  for (const auto& [partition, held] : held_) partitions.push_back(partition);
  return partitions;
}

}  // namespace penstock::faults
