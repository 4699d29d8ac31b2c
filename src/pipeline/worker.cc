#include "pipeline/worker.h"

#include <algorithm>
#include <utility>

#include "pipeline/prepare_stage.h"
#include "pipeline/refusal.h"

namespace penstock {
namespace {

constexpr Duration kPollWaitMax = std::chrono::milliseconds(50);
constexpr Duration kStopPatience = std::chrono::seconds(8);    // of the ten seconds that a stop may take
constexpr Duration kStopDrainMax = std::chrono::seconds(5);    // the calls' part of it
constexpr Duration kIdleMax = std::chrono::seconds(1);         // so often a stage is asked whether anything is due
constexpr Duration kCommitPatience = std::chrono::seconds(2);  // a commit that takes longer hangs: nothing new is asked
constexpr Duration kLagInterval = std::chrono::milliseconds(100);  // lags cost more, the more partitions are held

// What a small record takes besides its bytes, which may be less: its entry, and those of some headers.
constexpr size_t kRecordOverheadBytes = sizeof(OutRecord) + 4 * sizeof(Header);

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
  const auto prepare = [&](Arrivals& arrivals) -> Result<std::unique_ptr<Stage>> {
    return PrepareStage::Make(plan, metrics.stage, clock, limits.record_bytes_max, &arrivals);
  };
  return MakeWith(plan, prepare, std::move(session), nullptr, metrics, clock, logger, limits);
}

Result<std::unique_ptr<Worker>> Worker::MakeWith(const Plan& plan, const StageMaker& make_stage,
                                                 std::unique_ptr<Session> session, EventLoop* loop,
                                                 WorkerMetrics& metrics, const Clock& clock, const Logger& logger,
                                                 const WorkerLimits& limits) {
  std::unique_ptr<Worker> worker(new Worker(plan, std::move(session), metrics, clock, logger, limits, loop));
  if (loop != nullptr) TRY(loop->WatchUrgent(worker->session_->WakeFd(), worker.get()));
  TRY_ASSIGN(worker->stage_, make_stage(worker->arrivals_));
  return worker;
}

Worker::~Worker() {
  if (loop_ != nullptr) loop_->Forget(session_->WakeFd());
}

void Worker::Stop() {
  stopping_.store(true, std::memory_order_relaxed);
  if (loop_ != nullptr) loop_->Wake();
}

Worker::Worker(const Plan& plan, std::unique_ptr<Session> session, WorkerMetrics& metrics, const Clock& clock,
               const Logger& logger, const WorkerLimits& limits, EventLoop* loop)
    : plan_(plan),
      metrics_(metrics),
      clock_(clock),
      logger_(logger),
      limits_(limits),
      session_(std::move(session)),
      last_commit_(clock.Monotonic()),
      loop_(loop) {}

Result<void> Worker::Run() {
  for (;;) {
    TRY_ASSIGN(const bool more, Step(kPollWaitMax));
    if (!more) return {};
  }
}

Result<bool> Worker::Step(Duration wait) {
  const Duration began = clock_.Monotonic();
  if (stopping_.load(std::memory_order_relaxed) && !stop_deadline_) BeginStop(began);
  TRY(Wait(std::min({wait, WaitUntilDue(began), stage_due_ - began})));
  TRY(HandleEvents());
  if (!stop_deadline_) Process(delivery_);
  const Duration idle = stage_->Turn();
  const Duration now = clock_.Monotonic();
  stage_due_ = idle > kIdleMax ? now + kIdleMax : now + idle;
  EndDrains(now);
  HoldWhileCommitHangs(now);
  CommitIfDue(now);
  ReleaseRevoked();
  TellLags(now);
  ApplyBackPressure();
  if (!stop_deadline_) return true;
  if (!committing_ && !HasWork() && stage_->in_flight().events == 0) return false;
  if (clock_.Monotonic() < *stop_deadline_) return true;
  logger_.Warn("gave up a commit in order to stop; what it held will be done again");
  return false;
}

// Calls may go on for a while; nothing new begins.
void Worker::BeginStop(Duration now) {
  stop_deadline_ = now + kStopPatience;
  session_->Pause(HeldPartitions());
  for (const std::unique_ptr<Held>& held : held_) {
    if (held->revoking()) continue;
    held->drain_until = now + std::min(plan_.settings.drain, kStopDrainMax);
    GiveUp(*held, true);
  }
}

Result<void> Worker::Wait(Duration wait) {
  delivery_.Clear();
  if (loop_ == nullptr) return session_->Poll(std::max(wait, Duration(0)), delivery_);
  WaitInLoop(session_ready_ ? Duration(0) : wait);
  const Duration now = clock_.Monotonic();
  // Most waits end for an answer of a model. The session is kept alive in any case.
  if (!session_ready_ && now - last_poll_ < kPollWaitMax) return {};
  last_poll_ = now;
  TRY(session_->Poll(Duration(0), delivery_));
  session_ready_ = !delivery_.events.empty() || !delivery_.fetched.empty();  // there may be more
  return {};
}

void Worker::WaitInLoop(Duration wait) {
  const Duration rest = answers_taken_ + stage_->AnswersMayLie() - clock_.Monotonic();
  if (rest > Duration(0)) return loop_->WaitForUrgent(std::min(wait, rest));
  loop_->Wait(wait);
  answers_taken_ = clock_.Monotonic();
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
  const auto place = std::lower_bound(held_.begin(), held_.end(), event.partition, IsBefore);
  Held& held = **held_.insert(place, std::make_unique<Held>());
  held.partition = event.partition;
  held.epoch = event.epoch;
  held.progress = event.progress;
  held.lag.partition = event.partition;
  if (!event.progress.ranges().empty()) held.begun_end = event.progress.ranges().back().end;
  if (stop_deadline_) held.drain_until = stop_deadline_;
  held.paused = paused_ || stop_deadline_;
  if (held.paused) session_->Pause({&held.partition, 1});
  UpdateShare();
  logger_.Info("partition assigned", {{"topic", event.partition.topic},
                                      {"partition", event.partition.partition},
                                      {"epoch", event.epoch},
                                      {"position", event.progress.position()}});
}

void Worker::Handle(const Revoking& event) {
  Held* const held = Find(event.partition);
  if (held == nullptr) return;
  held->drain_until = clock_.Monotonic() + plan_.settings.drain;
  GiveUp(*held, true);
  UpdateShare();
}

void Worker::Handle(const Lost& event) {
  logger_.Warn("partition lost; what was not committed will be done again by its new owner",
               {{"topic", event.partition.topic}, {"partition", event.partition.partition}, {"epoch", event.epoch}});
  if (Held* const held = Find(event.partition)) GiveUp(*held, false);
  std::erase_if(held_, [&](const std::unique_ptr<Held>& held) { return held->partition == event.partition; });
  UpdateShare();
  lags_told_.reset();
}

void Worker::Handle(const Committed& event) {
  if (committing_ != event.id) return;
  committing_.reset();
  committing_bytes_ = 0;
  metrics_.commits.Add();
  metrics_.fenced_partitions.Add(event.fenced.size());
  const Duration now = clock_.Monotonic();
  metrics_.commit_ns.Record((now - commit_started_).count());
  const int64_t now_ms = WallMilliseconds(clock_);
  for (const Arrival& arrival : std::exchange(committing_arrivals_, {})) {
    metrics_.latency_ns.Record(AgeMs(now_ms, arrival.timestamp_ms) * 1'000'000, arrival.count);
    metrics_.processing_ns.Record((now - arrival.read_at).count(), arrival.count);
  }
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
  std::vector<StageInput> inputs;
  inputs.reserve(delivery.fetched.size());
  for (const Fetched& fetched : delivery.fetched) {
    Held* const held = Find(*fetched.partition);
    // Records of an assignment that has ended meanwhile are another's.
    if (held == nullptr || held->epoch != fetched.epoch || held->revoking()) continue;
    held->lag.records = std::max<int64_t>(fetched.log_end - fetched.end, 0);
    if (fetched.begin == fetched.end) continue;
    if (fetched.lost > 0) NoteLoss(fetched);
    NoteRepeats(*held, fetched);
    inputs.push_back({fetched.records, fetched.begin, fetched.end, held});
    if (!fetched.records.empty()) held->last_timestamp_ms = fetched.records.back().timestamp_ms;
  }
  if (!inputs.empty()) stage_->Process(inputs);
}

void Worker::NoteLoss(const Fetched& fetched) {
  metrics_.lost_records.Add(static_cast<uint64_t>(fetched.lost));
  logger_.Error("records were deleted by retention before they were read", {{"topic", fetched.partition->topic},
                                                                            {"partition", fetched.partition->partition},
                                                                            {"from_offset", fetched.begin},
                                                                            {"lost", fetched.lost}});
}

void Worker::NoteRepeats(const Held& held, const Fetched& fetched) {
  for (const Record& record : fetched.records)
    if (record.source.offset < held.begun_end) metrics_.repeated.Add();
}

void Worker::GiveUp(Held& held, bool only_queued) {
  const size_t before = held.in_flight.events;
  stage_->GiveUp(held, only_queued);
  metrics_.given_up.Add(before - held.in_flight.events);
}

void Worker::EndDrains(Duration now) {
  for (const std::unique_ptr<Held>& held : held_)
    if (held->revoking() && held->in_flight.events > 0 && now >= *held->drain_until) GiveUp(*held, false);
}

void Worker::HoldWhileCommitHangs(Duration now) {
  const bool hangs = committing_ && now - commit_started_ > kCommitPatience;
  if (hangs == holding_) return;
  holding_ = hangs;
  stage_->Hold(hangs);
}

void Worker::UpdateShare() {
  const auto held =
      std::count_if(held_.begin(), held_.end(), [](const std::unique_ptr<Held>& one) { return !one->revoking(); });
  stage_->SetShare(std::min(1.0, static_cast<double>(held) / limits_.partitions));
}

void Worker::TellLags(Duration now) {
  if (lags_told_ && now - *lags_told_ < kLagInterval) return;
  lags_told_ = now;
  const int64_t now_ms = WallMilliseconds(clock_);
  std::vector<PartitionLag> lags;
  lags.reserve(held_.size());
  for (const std::unique_ptr<Held>& held : held_) {
    held->lag.time_ms = held->lag.records == 0 ? 0 : AgeMs(now_ms, held->last_timestamp_ms);
    lags.push_back(held->lag);
  }
  metrics_.SetLags(std::move(lags));
}

bool Worker::HasWork() const {
  return std::any_of(held_.begin(), held_.end(), [](const std::unique_ptr<Held>& held) { return held->changed; });
}

size_t Worker::BufferedBytes() const {
  size_t bytes = 0;
  for (const std::unique_ptr<Held>& held : held_)
    bytes += held->out.bytes() + held->out.records().size() * kRecordOverheadBytes;
  return bytes;
}

Duration Worker::WaitUntilDue(Duration now) const {
  if (committing_ || !HasWork()) return kPollWaitMax;
  return std::max(CommitInterval() - (now - last_commit_), Duration(0));
}

Duration Worker::CommitInterval() const {
  const bool waits = plan_.settings.exactly_once || stage_->answers_later();
  return waits ? plan_.settings.commit_interval : Duration(0);
}

void Worker::CommitIfDue(Duration now) {
  const size_t buffered = BufferedBytes();
  metrics_.buffered_bytes.Set(static_cast<int64_t>(buffered + committing_bytes_));
  if (committing_ || !HasWork()) return;
  // What is wanted elsewhere, and has no calls left.
  const auto is_wanted = [](const std::unique_ptr<Held>& held) {
    return held->revoking() && held->in_flight.events == 0 && held->changed;
  };
  const bool urgent = buffered >= limits_.commit_bytes || std::any_of(held_.begin(), held_.end(), is_wanted);
  if (urgent || now - last_commit_ >= CommitInterval()) Commit(now);
}

void Worker::Commit(Duration now) {
  committing_bytes_ = BufferedBytes();
  std::vector<PartitionWork> work;
  for (const std::unique_ptr<Held>& held : held_) {
    if (!held->changed) continue;
    work.push_back({held->partition, held->epoch, held->progress, std::exchange(held->out, OutBatch())});
    held->changed = false;
  }
  committing_ = session_->Commit(std::move(work));
  commit_started_ = now;
  last_commit_ = now;
  committing_arrivals_ = arrivals_.Take();
}

void Worker::ReleaseRevoked() {
  if (committing_ || stop_deadline_) return;
  // The new owner has its part of the models' limits at once: as long as calls may go on, ours is to be left before.
  const bool above = stage_->IsAboveShare();
  const Duration now = clock_.Monotonic();
  const auto is_free = [above, now](const std::unique_ptr<Held>& held) {
    const bool waits = above && now < held->drain_until;
    return held->revoking() && !held->changed && held->in_flight.events == 0 && !waits;
  };
  std::vector<TopicPartition> released;
  for (const std::unique_ptr<Held>& held : held_)
    if (is_free(held)) released.push_back(held->partition);
  if (released.empty()) return;
  session_->Release(released);
  for (const TopicPartition& partition : released)
    logger_.Info("partition released", {{"topic", partition.topic}, {"partition", partition.partition}});
  std::erase_if(held_, is_free);
  lags_told_.reset();
}

// Besides what models take at one time, so many events may wait, and half of them of one partition. What is paused is
// full until half of that is gone: models are never without work while more can be read, wherever it comes from. A line
// has no more than what waits, or one key could take the place of all that models might be asked.
bool Worker::IsFull(const InFlight& in_flight, size_t parts, bool paused) const {
  const size_t part = parts * (paused ? 2 : 1);
  const size_t calls = std::min(limits_.calls_max, limits_.in_flight_max);
  const size_t waiting_max = (limits_.in_flight_max - calls) / part;
  return in_flight.events >= calls + waiting_max || (parts > 1 && in_flight.in_line >= waiting_max) ||
         in_flight.bytes >= limits_.in_flight_bytes_max / part;
}

void Worker::ApplyBackPressure() {
  const InFlight in_flight = stage_->in_flight();
  metrics_.in_flight.Set(static_cast<int64_t>(in_flight.events));
  metrics_.in_flight_bytes.Set(static_cast<int64_t>(in_flight.bytes));
  if (stop_deadline_) return;
  const size_t buffered = BufferedBytes();
  paused_ = buffered + committing_bytes_ > limits_.buffered_bytes_max ||
            (paused_ && buffered > limits_.buffered_bytes_max / 2) || IsFull(in_flight, 1, paused_);
  std::vector<TopicPartition> paused;
  std::vector<TopicPartition> resumed;
  for (const std::unique_ptr<Held>& held : held_) {
    const bool full = paused_ || IsFull(held->in_flight, 2, held->paused);
    if (full == held->paused) continue;
    held->paused = full;
    (full ? paused : resumed).push_back(held->partition);
  }
  if (!paused.empty()) session_->Pause(paused);
  if (!resumed.empty()) session_->Resume(resumed);
}

Worker::Held* Worker::Find(const TopicPartition& partition) {
  const auto found = std::lower_bound(held_.begin(), held_.end(), partition, IsBefore);
  return found == held_.end() || (*found)->partition != partition ? nullptr : found->get();
}

std::vector<TopicPartition> Worker::HeldPartitions() const {
  std::vector<TopicPartition> partitions;
  for (const std::unique_ptr<Held>& held : held_) partitions.push_back(held->partition);
  return partitions;
}

}  // namespace penstock
