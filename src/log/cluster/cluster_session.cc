#include "log/cluster/cluster_session.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "log/cluster/committer.h"
#include "log/cluster/late_offsets.h"
#include "log/cluster/offer.h"
#include "log/cluster/paused_ends.h"

namespace penstock::cluster {
namespace {

// For the offsets that at-least-once delivery commits late, when the session ends.
constexpr Duration kFarewell = std::chrono::seconds(2);

bool Contains(std::span<const TopicPartition> partitions, const TopicPartition& partition) {
  return std::find(partitions.begin(), partitions.end(), partition) != partitions.end();
}

class ClusterSession final : public Session {
 public:
  ClusterSession(std::unique_ptr<Client> client, ClusterSessionOptions options);
  ~ClusterSession() override;
  ClusterSession(const ClusterSession&) = delete;
  ClusterSession& operator=(const ClusterSession&) = delete;

  Result<void> Poll(Duration wait, Delivery& delivery) override;
  int WakeFd() const override { return client_->WakeFd(); }
  void Pause(std::span<const TopicPartition> partitions) override;
  void Resume(std::span<const TopicPartition> partitions) override;
  void Release(std::span<const TopicPartition> partitions) override;
  CommitId Commit(std::vector<PartitionWork> work) override;
  SessionHealth Health() const override;

 private:
  struct Held {
    Held(Epoch its_epoch, const Progress& progress) : epoch(its_epoch), next(progress.position()), before(progress) {}

    Epoch epoch;
    int64_t next;     // the offset that is to be read next
    Progress before;  // what was done when the partition came: of that, nothing is delivered
    bool revoking = false;
    std::optional<uint64_t> bounds_request;  // reading stopped, because there is no record at `next`
  };

  Duration Now() const { return options_.clock->Monotonic(); }
  void Advance();
  void CommitLateOffsets();
  Duration WaitAtMost(Duration wait) const;

  Result<void> Handle(Offered& event);
  Result<void> Handle(Withdrawn& event);
  Result<void> Handle(TakenAway& event);
  Result<void> Handle(OutOfRange& event);
  Result<void> Handle(BoundsFound& event);
  void TellEnd(const PausedEnds::End& end);
  Result<void> Handle(OffsetsFetched& event);
  Result<void> Handle(OffsetsFound& event) { return offer_ ? offer_->Handle(event, Now()) : Result<void>(); }
  Result<void> Handle(RecordRead& event) { return offer_ ? offer_->Handle(event, Now()) : Result<void>(); }
  Result<void> Handle(OffsetsCommitted& event);
  Result<void> Handle(ProducerOpened& event) { return committer_.Handle(event, Now()); }
  Result<void> Handle(TransactionEnded& event) { return committer_.Handle(event, Now()); }

  void TakeOffer(std::vector<SessionEvent>& events);
  void TakeOutcome(std::vector<SessionEvent>& events);
  void NoteSetBack(const TopicPartition& partition, int64_t position);
  void YieldReleased();
  void Deliver(const Slice& slice, std::vector<Fetched>& fetched);
  void Skip(const TopicPartition& partition, Held& held, int64_t to, int64_t log_end);

  const ClusterSessionOptions options_;
  std::unique_ptr<Client> client_;
  RequestNumbers numbers_;
  Committer committer_;
  LateOffsets late_;
  PausedEnds paused_ends_;
  std::optional<Offer> offer_;
  std::map<TopicPartition, Held> held_;
  std::map<TopicPartition, int64_t> committed_;  // positions, with exactly-once delivery; also of what was held before
  std::vector<TopicPartition> released_;         // and not yielded yet, because offsets are still to be committed
  ClientDelivery delivery_;
  std::vector<SessionEvent> events_;  // of the Poll under way
  std::vector<Fetched> skipped_;      // of the Poll under way: offsets that retention deleted, and mere ends
  Epoch last_epoch_ = 0;
  CommitId last_commit_ = 0;
};

ClusterSession::ClusterSession(std::unique_ptr<Client> client, ClusterSessionOptions options)
    : options_(std::move(options)),
      client_(std::move(client)),
      committer_(options_, *client_, numbers_,
                 [this](const TopicPartition& partition, Epoch epoch) {
                   const auto held = held_.find(partition);
                   return held != held_.end() && held->second.epoch == epoch;
                 }),
      late_(options_, *client_, numbers_),
      paused_ends_(*client_, numbers_) {}

ClusterSession::~ClusterSession() {
  CommitLateOffsets();
  // First of all: what it still writes stands in the committer.
  client_.reset();
}

void ClusterSession::CommitLateOffsets() {
  const Duration until = Now() + kFarewell;
  while (!late_.empty() && Now() < until) {
    late_.Hurry();
    late_.Advance(Now());
    const Duration due = std::min(until, late_.due_at().value_or(until));
    if (!client_->Poll(std::max(due - Now(), Duration(0)), delivery_)) return;
    for (ClientEvent& event : delivery_.events)
      if (auto* const committed = std::get_if<OffsetsCommitted>(&event)) late_.Handle(*committed, Now());
  }
}

Result<void> ClusterSession::Poll(Duration wait, Delivery& delivery) {
  delivery.Clear();
  events_.clear();
  skipped_.clear();
  Advance();
  TRY(client_->Poll(WaitAtMost(wait), delivery_));
  for (ClientEvent& event : delivery_.events) TRY(std::visit([this](auto& one) { return Handle(one); }, event));
  Advance();
  TakeOffer(events_);
  TakeOutcome(events_);
  delivery.events = std::exchange(events_, {});
  delivery.fetched = std::exchange(skipped_, {});
  for (const Slice& slice : delivery_.slices) Deliver(slice, delivery.fetched);
  return {};
}

void ClusterSession::Advance() {
  const Duration now = Now();
  committer_.Advance(now);
  late_.Advance(now);
  if (offer_) offer_->Advance(now);
  paused_ends_.Advance(now);
  YieldReleased();
}

Duration ClusterSession::WaitAtMost(Duration wait) const {
  const Duration now = Now();
  const auto until = [&](const std::optional<Duration>& at) {
    if (at) wait = std::min(wait, std::max(*at - now, Duration(0)));
  };
  until(committer_.retry_at());
  until(late_.due_at());
  if (offer_) until(offer_->retry_at());
  return wait;
}

Result<void> ClusterSession::Handle(Offered& event) {
  offer_.emplace(std::move(event.partitions), options_, *client_, numbers_);
  return {};
}

void ClusterSession::TakeOffer(std::vector<SessionEvent>& events) {
  if (!offer_ || !offer_->done()) return;
  last_epoch_ = std::max<Epoch>(last_epoch_ + 1, client_->CurrentMembership().generation);
  std::vector<SourceOffset> starts;
  for (auto& [partition, progress] : offer_->progress()) {
    NoteSetBack(partition, progress.position());
    starts.push_back({partition, progress.position(), {}, {}});
    held_.insert_or_assign(partition, Held(last_epoch_, progress));
    events.emplace_back(Assigned{partition, last_epoch_, progress});
  }
  offer_.reset();
  client_->Accept(starts);
}

Result<void> ClusterSession::Handle(Withdrawn& event) {
  for (const TopicPartition& partition : event.partitions) {
    const auto found = held_.find(partition);
    if (found == held_.end() || found->second.revoking) continue;
    found->second.revoking = true;
    events_.emplace_back(Revoking{partition, found->second.epoch});
  }
  return {};
}

Result<void> ClusterSession::Handle(TakenAway& event) {
  // Before what they point at is gone.
  std::erase_if(skipped_, [&](const Fetched& skipped) { return Contains(event.partitions, *skipped.partition); });
  for (const TopicPartition& partition : event.partitions)
    if (const auto found = held_.find(partition); found != held_.end()) {
      events_.emplace_back(Lost{partition, found->second.epoch});
      held_.erase(found);
    }
  late_.Remove(event.partitions);
  paused_ends_.Remove(event.partitions);
  std::erase_if(released_, [&](const TopicPartition& partition) { return Contains(event.partitions, partition); });
  if (!offer_) return {};
  offer_->Remove(event.partitions);
  if (offer_->empty()) offer_.reset();
  return {};
}

void ClusterSession::Pause(std::span<const TopicPartition> partitions) {
  client_->Pause(partitions);
  for (const TopicPartition& partition : partitions)
    if (held_.contains(partition)) paused_ends_.Pause({&partition, 1});
}

void ClusterSession::Resume(std::span<const TopicPartition> partitions) {
  client_->Resume(partitions);
  paused_ends_.Remove(partitions);
}

void ClusterSession::Release(std::span<const TopicPartition> partitions) {
  paused_ends_.Remove(partitions);
  for (const TopicPartition& partition : partitions)
    if (held_.erase(partition) > 0) released_.push_back(partition);
  YieldReleased();
}

void ClusterSession::YieldReleased() {
  if (released_.empty()) return;
  std::vector<TopicPartition> ready;
  std::erase_if(released_, [&](const TopicPartition& partition) {
    if (late_.Has(partition)) return false;
    ready.push_back(partition);
    return true;
  });
  if (!released_.empty()) late_.Hurry();
  if (!ready.empty()) client_->Yield(ready);
}

Result<void> ClusterSession::Handle(OutOfRange& event) {
  const auto found = held_.find(event.partition);
  if (found == held_.end() || found->second.bounds_request) return {};
  found->second.bounds_request = numbers_.Next();
  client_->FindBounds(*found->second.bounds_request, event.partition);
  return {};
}

Result<void> ClusterSession::Handle(BoundsFound& event) {
  if (const std::optional<PausedEnds::End> end = paused_ends_.Handle(event)) TellEnd(*end);
  const auto found = std::find_if(held_.begin(), held_.end(),
                                  [&](const auto& entry) { return entry.second.bounds_request == event.request; });
  if (found == held_.end()) return {};
  auto& [partition, held] = *found;
  held.bounds_request.reset();
  if (!event.bounds) {
    if (event.bounds.error().kind != ErrorKind::kUnavailable) return tl::unexpected<Error>(event.bounds.error());
    client_->Seek(partition, held.next);  // which is out of range again, or is not any more
    return {};
  }
  if (held.next > event.bounds->end)
    return Fail(ErrorKind::kUnavailable,
                ToString(partition) + ": the group has come to offset " + std::to_string(held.next) +
                    ", but the partition ends at " + std::to_string(event.bounds->end) +
                    ": the topic was deleted and created anew, or has lost records. 'penstock group reset' tells the "
                    "group where to go on");
  if (held.next < event.bounds->begin) Skip(partition, held, event.bounds->begin, event.bounds->end);
  client_->Seek(partition, held.next);
  return {};
}

void ClusterSession::TellEnd(const PausedEnds::End& end) {
  const auto found = held_.find(end.partition);
  if (found == held_.end()) return;
  Fetched& told = skipped_.emplace_back();
  told.partition = &found->first;
  told.epoch = found->second.epoch;
  told.begin = found->second.next;
  told.end = told.begin;
  told.log_end = end.offset;
}

// Over records that retention deleted before they were read: what was not done of them is lost.
void ClusterSession::Skip(const TopicPartition& partition, Held& held, int64_t to, int64_t log_end) {
  int64_t lost = to - held.next;
  for (const OffsetRange& done : held.before.ranges())
    lost -= std::max<int64_t>(std::min(done.end, to) - std::max(done.begin, held.next), 0);
  Fetched& skipped = skipped_.emplace_back();
  skipped.partition = &partition;
  skipped.epoch = held.epoch;
  skipped.begin = std::exchange(held.next, to);
  skipped.end = to;
  skipped.lost = lost;
  skipped.log_end = log_end;
}

Result<void> ClusterSession::Handle(OffsetsFetched& event) {
  TRY(committer_.Handle(event, Now()));
  return offer_ ? offer_->Handle(event, Now()) : Result<void>();
}

Result<void> ClusterSession::Handle(OffsetsCommitted& event) {
  late_.Handle(event, Now());
  return offer_ ? offer_->Handle(event, Now()) : Result<void>();
}

CommitId ClusterSession::Commit(std::vector<PartitionWork> work) {
  committer_.Begin(++last_commit_, std::move(work));
  Advance();
  return last_commit_;
}

SessionHealth ClusterSession::Health() const {
  SessionHealth health = client_->Health();
  health.aborted_attempts = committer_.aborted();
  health.unknown_outcomes = committer_.unknown();
  return health;
}

void ClusterSession::TakeOutcome(std::vector<SessionEvent>& events) {
  std::optional<SessionEvent> outcome = committer_.TakeOutcome();
  if (!outcome) return;
  if (std::holds_alternative<Committed>(*outcome)) {
    std::vector<SourceOffset> offsets = committer_.OffsetsHeld();
    if (options_.session.exactly_once)
      for (const SourceOffset& offset : offsets) committed_[offset.partition] = offset.offset;
    else
      late_.Add(std::move(offsets), Now());
  }
  events.push_back(*std::move(outcome));
}

// Nobody sets positions back while the group works, but brokers forget those of a topic that is deleted.
void ClusterSession::NoteSetBack(const TopicPartition& partition, int64_t position) {
  const auto before = committed_.find(partition);
  if (before == committed_.end() || position >= before->second) return;
  if (options_.logger != nullptr)
    options_.logger->Warn("the group's position is gone: the topic was deleted and created anew, or its end was lost",
                          {{"topic", partition.topic},
                           {"partition", partition.partition},
                           {"position_before", before->second},
                           {"position", position}});
  committed_.erase(before);
}

void ClusterSession::Deliver(const Slice& slice, std::vector<Fetched>& fetched) {
  const auto found = held_.find(*slice.partition);
  if (found == held_.end()) return;
  const TopicPartition& partition = found->first;
  Held& held = found->second;
  const auto is_new = [&](const Record& record) {
    return record.source.offset >= held.next && !held.before.Contains(record.source.offset);
  };
  const auto deliver = [&](std::span<const Record> records, int64_t end) {
    if (end <= held.next) return;
    fetched.push_back({.partition = &partition,
                       .epoch = held.epoch,
                       .begin = std::exchange(held.next, end),
                       .end = end,
                       .log_end = slice.log_end,
                       .records = records});
  };
  // In parts, where records were done before, or came before.
  const auto end = slice.records.end();
  auto first = std::find_if(slice.records.begin(), end, is_new);
  while (first != end) {
    const auto last = std::find_if_not(first, end, is_new);
    const auto next = std::find_if(last, end, is_new);
    deliver({first, last}, next == end ? slice.end : (last - 1)->source.offset + 1);
    first = next;
  }
  deliver({}, slice.end);
}

}  // namespace

std::unique_ptr<Session> MakeClusterSession(std::unique_ptr<Client> client, ClusterSessionOptions options) {
  return std::make_unique<ClusterSession>(std::move(client), std::move(options));
}

}  // namespace penstock::cluster
