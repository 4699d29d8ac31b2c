#include "log/cluster/committer.h"

#include <algorithm>
#include <utility>

#include "log/cluster/offset_note.h"

namespace penstock::cluster {
namespace {

// While there is no membership to commit with: a rebalance is under way.
constexpr Duration kMembershipWait = std::chrono::milliseconds(5);
constexpr Duration kComplaintInterval = std::chrono::seconds(10);
// A shorter limit than this has no room for a pointer to a spill.
constexpr size_t kMetadataMin = 128;

}  // namespace

Committer::Committer(const ClusterSessionOptions& options, Client& client, RequestNumbers& numbers, Holds holds)
    : options_(options), client_(client), numbers_(numbers), holds_(std::move(holds)) {}

void Committer::Begin(CommitId id, std::vector<PartitionWork> work) {
  commit_ = Commit{id, std::move(work), {}};
  retry_at_.reset();
}

std::optional<SessionEvent> Committer::TakeOutcome() { return std::exchange(outcome_, std::nullopt); }

void Committer::Advance(Duration now) {
  if (retry_at_ && now < *retry_at_) return;
  retry_at_.reset();
  if (state_ == State::kClosed) {
    state_ = State::kOpening;
    client_.OpenProducer();
  } else if (state_ == State::kIdle && commit_) {
    unsettled_ ? Settle() : Attempt(now);
  }
}

Result<void> Committer::Handle(const ProducerOpened& answer, Duration now) {
  if (state_ != State::kOpening) return {};
  state_ = answer.result ? State::kIdle : State::kClosed;
  if (answer.result) return {};
  if (answer.result.error().kind != ErrorKind::kUnavailable) return tl::unexpected<Error>(answer.result.error());
  Complain("no producer can be opened yet", answer.result.error(), now);
  retry_at_ = now + options_.backoff;
  return {};
}

void Committer::DropWhatIsNotHeld() {
  if (!options_.safeguards.epoch_check) return;
  std::erase_if(commit_->work, [this](const PartitionWork& work) {
    const bool held = holds_(work.partition, work.epoch);
    if (!held) commit_->fenced.push_back(work.partition);
    return !held;
  });
}

void Committer::Attempt(Duration now) {
  DropWhatIsNotHeld();
  if (commit_->work.empty()) return Finish();
  // Only positions are fenced, which at-least-once delivery commits by itself; and to ask takes a wait for a thread.
  const bool fenced = options_.safeguards.fence && options_.session.exactly_once;
  const Membership membership = fenced ? client_.CurrentMembership() : Membership();
  if (fenced && !membership.IsFenced()) {
    retry_at_ = now + kMembershipWait;
    return;
  }
  ++attempt_;
  Describe(membership);
  state_ = State::kRunning;
  client_.Run(transaction_);
}

void Committer::Describe(const Membership& membership) {
  transaction_.membership = membership;
  transaction_.offsets.clear();
  transaction_.batches.clear();
  transaction_.spills = OutBatch();
  for (const PartitionWork& work : commit_->work) {
    transaction_.batches.push_back(&work.records);
    AddOffset(work);
  }
}

void Committer::AddOffset(const PartitionWork& work) {
  const int64_t position = work.progress.position();
  if (!options_.safeguards.every_offset && std::exchange(offsets_sent_[work.partition], position) == position) return;
  OffsetNote note{.session = options_.id, .commit = attempt_, .ranges = work.progress.EncodeRanges()};
  SourceOffset& offset = transaction_.offsets.emplace_back();
  offset.partition = work.partition;
  offset.offset = position;
  offset.metadata = Encode(note);
  if (offset.metadata.size() <= metadata_max_) return;
  // Where records may come twice, what is done above the offset may be done twice.
  if (!options_.session.exactly_once || !options_.safeguards.spill_pointer) {
    note.ranges.clear();
    offset.metadata = Encode(note);
    return;
  }
  OutBatch& spills = transaction_.spills;
  offset.metadata = EncodePointer(note.session, note.commit);
  offset.spill = spills.records().size();
  spills.Add(
      {.topic = spills.TopicNumber(options_.spill_topic),
       .partition = 0,
       .timestamp_ms =
           std::chrono::duration_cast<std::chrono::milliseconds>(options_.clock->Now().time_since_epoch()).count(),
       .key = spills.arena().Copy(ToString(work.partition)),
       .value = spills.arena().Copy(EncodeSpill(note))});
}

Result<void> Committer::Handle(const TransactionEnded& end, Duration now) {
  if (state_ != State::kRunning) return {};
  state_ = end.retire_producer || end.fate == Fate::kUnknown ? State::kClosed : State::kIdle;
  switch (end.fate) {
    case Fate::kCommitted: Finish(); return {};
    case Fate::kAborted: aborted_.Add(); return Retry(end, now);
    case Fate::kUnknown:
      unknown_.Add();
      unsettled_ = options_.session.exactly_once && options_.safeguards.settle_unknown;
      Complain("it is not known yet whether a commit succeeded", end.error, now);
      return {};
  }
  return {};
}

Result<void> Committer::Retry(const TransactionEnded& end, Duration now) {
  if (!end.refused.empty()) {
    Refuse(end);
    return {};
  }
  if (end.metadata_refused && metadata_max_ > kMetadataMin && !options_.spill_topic.empty()) {
    metadata_max_ = std::max(metadata_max_ / 2, kMetadataMin);
    return {};
  }
  if (end.error.kind != ErrorKind::kUnavailable) return tl::unexpected<Error>(end.error);
  Complain("a commit was aborted, and is tried again", end.error, now);
  retry_at_ = now + options_.backoff;
  return {};
}

void Committer::Refuse(const TransactionEnded& end) {
  Refused refused{.id = commit_->id, .work = std::move(commit_->work), .records = {}};
  for (const RefusedInBatch& one : end.refused) refused.records.push_back({one.batch, one.record, one.reason});
  commit_.reset();
  outcome_ = std::move(refused);
}

// Of an attempt, all or nothing is there, so that any one partition tells. Those that are not held any more are left
// out: the offsets of others may be pending for as long as their transactions take.
void Committer::Settle() {
  std::vector<TopicPartition> partitions;
  for (const PartitionWork& work : commit_->work)
    if (holds_(work.partition, work.epoch)) partitions.push_back(work.partition);
  if (partitions.empty()) {
    unsettled_ = false;
    DropWhatIsNotHeld();
    return Finish();
  }
  state_ = State::kFetching;
  request_ = numbers_.Next();
  client_.FetchOffsets(*request_, std::move(partitions));
}

Result<void> Committer::Handle(const OffsetsFetched& answer, Duration now) {
  if (state_ != State::kFetching || request_ != answer.request) return {};
  state_ = State::kIdle;
  if (!answer.offsets) {
    if (answer.offsets.error().kind != ErrorKind::kUnavailable) return tl::unexpected<Error>(answer.offsets.error());
    Complain("what became of a commit cannot be read yet", answer.offsets.error(), now);
    retry_at_ = now + options_.backoff;
    return {};
  }
  unsettled_ = false;
  for (const std::optional<CommittedOffset>& offset : *answer.offsets) {
    if (!offset) continue;
    TRY_ASSIGN(const std::optional<OffsetNote> note, DecodeNote(offset->metadata));
    if (!note || note->session != options_.id || note->commit != attempt_) continue;
    Finish();
    break;
  }
  return {};
}

std::vector<SourceOffset> Committer::OffsetsHeld() const {
  std::vector<SourceOffset> held;
  for (const SourceOffset& offset : transaction_.offsets) {
    const auto written = written_.find(offset.partition);
    if (written != written_.end() && holds_(offset.partition, written->second)) held.push_back(offset);
  }
  return held;
}

void Committer::Finish() {
  written_.clear();
  for (const PartitionWork& work : commit_->work) written_[work.partition] = work.epoch;
  outcome_ = Committed{commit_->id, std::move(commit_->fenced)};
  commit_.reset();
  complained_at_.reset();
}

void Committer::Complain(std::string_view message, const Error& error, Duration now) {
  if (options_.logger == nullptr || (complained_at_ && now - *complained_at_ < kComplaintInterval)) return;
  complained_at_ = now;
  options_.logger->Warn(message, {{"group", options_.session.group}, {"error", error.message}});
}

}  // namespace penstock::cluster
