#include "pipeline/worker.h"

#include <algorithm>
#include <utility>

#include "pipeline/refusal.h"

namespace penstock {
namespace {

constexpr Duration kPollWaitMax = std::chrono::milliseconds(50);
constexpr Duration kStopPatience = std::chrono::seconds(8);  // of the ten seconds that a stop may take
// Records of one delivery are told apart by time as far as their latency needs it.
constexpr int64_t kArrivalGrainMs = 1;

// What a small record takes besides its bytes, which may be less: its entry, and those of some headers.
constexpr size_t kRecordOverheadBytes = sizeof(OutRecord) + 4 * sizeof(Header);

constexpr size_t kArrivalsMax = 65'536;  // while a commit hangs, more are counted with the last
constexpr int64_t kAgeMaxMs = int64_t{100} * 365 * 24 * 3600 * 1000;

// How old a timestamp is, which may say anything: at least nothing, at most a hundred years.
int64_t AgeMs(int64_t now_ms, int64_t timestamp_ms) {
  return now_ms - std::clamp(timestamp_ms, now_ms - kAgeMaxMs, now_ms);
}

int64_t WallMilliseconds(const Clock& clock) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(clock.Now().time_since_epoch()).count();
}

}  // namespace

std::vector<PartitionLag> WorkerMetrics::Lags() const {
  const std::scoped_lock lock(mutex_);
  return lags_;
}

void WorkerMetrics::SetLags(std::vector<PartitionLag> lags) {
  const std::scoped_lock lock(mutex_);
  lags_ = std::move(lags);
}

Result<std::unique_ptr<Worker>> Worker::Make(const Plan& plan, std::unique_ptr<Session> session, WorkerMetrics& metrics,
                                             const Clock& clock, const Logger& logger, const WorkerLimits& limits) {
  std::unique_ptr<Worker> worker(new Worker(plan, std::move(session), metrics, clock, logger, limits));
  TRY_ASSIGN(worker->stage_, Stage::Make(plan, metrics.stage, clock, limits.record_bytes_max));
  return worker;
}

Worker::Worker(const Plan& plan, std::unique_ptr<Session> session, WorkerMetrics& metrics, const Clock& clock,
               const Logger& logger, const WorkerLimits& limits)
    : plan_(plan),
      metrics_(metrics),
      clock_(clock),
      logger_(logger),
      limits_(limits),
      session_(std::move(session)),
      last_commit_(clock.Monotonic()) {}

Result<void> Worker::Run() {
  for (;;) {
    TRY_ASSIGN(const bool more, Step(kPollWaitMax));
    if (!more) return {};
  }
}

Result<bool> Worker::Step(Duration wait) {
  const Duration now = clock_.Monotonic();
  if (stopping_.load(std::memory_order_relaxed) && !stop_deadline_) {
    stop_deadline_ = now + kStopPatience;
    session_->Pause(HeldPartitions());
  }
  delivery_.Clear();
  TRY(session_->Poll(std::min(wait, WaitUntilDue(now)), delivery_));
  TRY(HandleEvents());
  if (!stop_deadline_) Process(delivery_);
  CommitIfDue(clock_.Monotonic());
  ReleaseRevoked();
  ApplyBackPressure();
  if (!stop_deadline_) return true;
  if (!committing_ && !HasWork()) return false;
  if (clock_.Monotonic() < *stop_deadline_) return true;
  logger_.Warn("gave up a commit in order to stop; what it held will be done again");
  return false;
}

Result<void> Worker::HandleEvents() {
  for (SessionEvent& event : delivery_.events) {
    if (auto* const refused = std::get_if<Refused>(&event))
      TRY(Handle(*refused));
    else
      std::visit(
          [this](const auto& one) {
            if constexpr (!std::is_same_v<std::decay_t<decltype(one)>, Refused>) Handle(one);
          },
          event);
  }
  return {};
}

void Worker::Handle(const Assigned& event) {
  Held& held = held_.emplace_back();
  held.partition = event.partition;
  held.epoch = event.epoch;
  held.progress = event.progress;
  held.lag.partition = event.partition;
  if (paused_ || stop_deadline_) session_->Pause({&held.partition, 1});
  logger_.Info("partition assigned", {{"topic", event.partition.topic},
                                      {"partition", event.partition.partition},
                                      {"epoch", event.epoch},
                                      {"position", event.progress.position()}});
}

void Worker::Handle(const Revoking& event) {
  if (Held* const held = Find(event.partition)) held->revoking = true;
}

void Worker::Handle(const Lost& event) {
  logger_.Warn("partition lost; what was not committed will be done again by its new owner",
               {{"topic", event.partition.topic}, {"partition", event.partition.partition}, {"epoch", event.epoch}});
  std::erase_if(held_, [&](const Held& held) { return held.partition == event.partition; });
  UpdateLags();
}

void Worker::Handle(const Committed& event) {
  if (committing_ != event.id) return;
  committing_.reset();
  metrics_.commits.Add();
  metrics_.fenced_partitions.Add(event.fenced.size());
  const Duration now = clock_.Monotonic();
  metrics_.commit_ns.Record((now - commit_started_).count());
  const int64_t now_ms = WallMilliseconds(clock_);
  for (const Arrival& arrival : committing_arrivals_) {
    metrics_.latency_ns.Record(AgeMs(now_ms, arrival.timestamp_ms) * 1'000'000, arrival.count);
    metrics_.processing_ns.Record((now - arrival.read_at).count(), arrival.count);
  }
  committing_arrivals_.clear();
}

Result<void> Worker::Handle(Refused& event) {
  if (committing_ != event.id) return {};
  for (const RefusedRecord& refused : event.records) {
    PartitionWork& work = event.work[refused.work];
    TRY(ReplaceRefused(work.records, refused.record, plan_.settings.topics.dead, refused.reason));
    metrics_.stage.outputs.dead[static_cast<size_t>(DeadKind::kRefused)].Add();
    logger_.Error(
        "the log refused a record; a dead letter takes its place",
        {{"topic", work.partition.topic}, {"partition", work.partition.partition}, {"error", refused.reason}});
  }
  committing_ = session_->Commit(std::move(event.work));
  return {};
}

void Worker::Process(const Delivery& delivery) {
  if (delivery.fetched.empty()) return;
  const Duration now = clock_.Monotonic();
  std::vector<StageInput> inputs;
  inputs.reserve(delivery.fetched.size());
  for (const Fetched& fetched : delivery.fetched) {
    Held* const held = Find(*fetched.partition);
    // Records of an assignment that has ended meanwhile are another's.
    if (held == nullptr || held->epoch != fetched.epoch || held->revoking) continue;
    if (fetched.lost > 0) NoteLoss(fetched);
    inputs.push_back({fetched.records, &held->out});
    held->progress.Add(fetched.begin, fetched.end);
    held->changed = true;
    held->lag.records = std::max<int64_t>(fetched.log_end - fetched.end, 0);
    if (!fetched.records.empty()) held->last_timestamp_ms = fetched.records.back().timestamp_ms;
    NoteArrivals(fetched, now);
  }
  stage_->Process(inputs);
  UpdateLags();
}

void Worker::NoteLoss(const Fetched& fetched) {
  metrics_.lost_records.Add(static_cast<uint64_t>(fetched.lost));
  logger_.Error("records were deleted by retention before they were read", {{"topic", fetched.partition->topic},
                                                                            {"partition", fetched.partition->partition},
                                                                            {"from_offset", fetched.begin},
                                                                            {"lost", fetched.lost}});
}

void Worker::NoteArrivals(const Fetched& fetched, Duration now) {
  for (const Record& record : fetched.records) {
    const bool same = !arrivals_.empty() && arrivals_.back().read_at == now &&
                      arrivals_.back().timestamp_ms / kArrivalGrainMs == record.timestamp_ms / kArrivalGrainMs;
    if (same || arrivals_.size() >= kArrivalsMax)
      ++arrivals_.back().count;
    else
      arrivals_.push_back({now, record.timestamp_ms, 1});
  }
}

void Worker::UpdateLags() {
  const int64_t now_ms = WallMilliseconds(clock_);
  std::vector<PartitionLag> lags;
  lags.reserve(held_.size());
  for (Held& held : held_) {
    held.lag.time_ms = held.lag.records == 0 ? 0 : AgeMs(now_ms, held.last_timestamp_ms);
    lags.push_back(held.lag);
  }
  metrics_.SetLags(std::move(lags));
}

bool Worker::HasWork() const {
  return std::any_of(held_.begin(), held_.end(), [](const Held& held) { return held.changed; });
}

size_t Worker::BufferedBytes() const {
  size_t bytes = 0;
  for (const Held& held : held_) bytes += held.out.bytes() + held.out.records().size() * kRecordOverheadBytes;
  return bytes;
}

Duration Worker::WaitUntilDue(Duration now) const {
  if (committing_ || !HasWork()) return kPollWaitMax;
  return std::max(CommitInterval() - (now - last_commit_), Duration(0));
}

Duration Worker::CommitInterval() const {
  return plan_.settings.exactly_once ? plan_.settings.commit_interval : Duration(0);
}

void Worker::CommitIfDue(Duration now) {
  const size_t buffered = BufferedBytes();
  metrics_.buffered_bytes.Set(static_cast<int64_t>(buffered));
  if (committing_ || !HasWork()) return;
  const bool urgent = stop_deadline_ || buffered >= limits_.commit_bytes ||
                      std::any_of(held_.begin(), held_.end(), [](const Held& held) { return held.revoking; });
  if (urgent || now - last_commit_ >= CommitInterval()) Commit(now);
}

void Worker::Commit(Duration now) {
  std::vector<PartitionWork> work;
  for (Held& held : held_) {
    if (!held.changed) continue;
    work.push_back({held.partition, held.epoch, held.progress, std::exchange(held.out, OutBatch())});
    held.changed = false;
  }
  committing_ = session_->Commit(std::move(work));
  commit_started_ = now;
  last_commit_ = now;
  committing_arrivals_ = std::exchange(arrivals_, {});
}

void Worker::ReleaseRevoked() {
  if (committing_) return;
  std::vector<TopicPartition> released;
  for (const Held& held : held_)
    if (held.revoking && !held.changed) released.push_back(held.partition);
  if (released.empty()) return;
  session_->Release(released);
  for (const TopicPartition& partition : released)
    logger_.Info("partition released", {{"topic", partition.topic}, {"partition", partition.partition}});
  std::erase_if(held_, [](const Held& held) { return held.revoking && !held.changed; });
  UpdateLags();
}

void Worker::ApplyBackPressure() {
  const size_t bound = paused_ ? limits_.buffered_bytes_max / 2 : limits_.buffered_bytes_max;
  const bool full = BufferedBytes() > bound;
  if (full == paused_ || stop_deadline_) return;
  paused_ = full;
  full ? session_->Pause(HeldPartitions()) : session_->Resume(HeldPartitions());
}

Worker::Held* Worker::Find(const TopicPartition& partition) {
  const auto found =
      std::find_if(held_.begin(), held_.end(), [&](const Held& held) { return held.partition == partition; });
  return found == held_.end() ? nullptr : &*found;
}

std::vector<TopicPartition> Worker::HeldPartitions() const {
  std::vector<TopicPartition> partitions;
  for (const Held& held : held_) partitions.push_back(held.partition);
  return partitions;
}

}  // namespace penstock
