#include "log/cluster/offer.h"

#include <utility>

namespace penstock::cluster {

Offer::Offer(std::vector<TopicPartition> partitions, const ClusterSessionOptions& options, Client& client,
             RequestNumbers& numbers)
    : options_(options), client_(client), numbers_(numbers) {
  for (TopicPartition& partition : partitions) entries_.try_emplace(std::move(partition));
}

void Offer::Advance(Duration now) {
  if (request_ || (retry_at_ && now < *retry_at_)) return;
  retry_at_.reset();
  switch (phase_) {
    case Phase::kFetch:
      requested_ = WithoutProgress();
      request_ = numbers_.Next();
      client_.FetchOffsets(*request_, requested_);
      return;
    case Phase::kReadSpills: return ReadNextSpill();
    case Phase::kFindStarts: return FindStarts();
    case Phase::kStoreStarts: return StoreStarts();
    case Phase::kDone: return;
  }
}

template <typename Answer, typename Value>
Result<bool> Offer::IsExpected(const Answer& answer, const Result<Value>& result, std::string_view task, Duration now) {
  if (request_ != answer.request) return false;
  request_.reset();
  if (result) return true;
  if (result.error().kind != ErrorKind::kUnavailable) return tl::unexpected<Error>(result.error());
  if (options_.logger != nullptr)
    options_.logger->Warn("cannot begin with the offered partitions yet",
                          {{"group", options_.session.group}, {"at", task}, {"error", result.error().message}});
  retry_at_ = now + options_.backoff;
  return false;
}

Result<void> Offer::Handle(const OffsetsFetched& answer, Duration now) {
  if (phase_ != Phase::kFetch) return {};
  TRY_ASSIGN(const bool expected, IsExpected(answer, answer.offsets, "fetching committed offsets", now));
  if (!expected) return {};
  for (size_t i = 0; i < requested_.size(); ++i) {
    const auto entry = entries_.find(requested_[i]);
    if (entry == entries_.end() || !(*answer.offsets)[i]) continue;
    entry->second.committed = (*answer.offsets)[i];
    TRY(Note(entry->first, entry->second));
  }
  phase_ = Phase::kReadSpills;
  return {};
}

Result<void> Offer::Note(const TopicPartition& partition, Entry& entry) {
  const auto placed = [&](const Error& error) {
    return tl::unexpected<Error>(Error{error.kind, ToString(partition) + ": " + error.message});
  };
  Result<std::optional<OffsetNote>> note = DecodeNote(entry.committed->metadata);
  if (!note) return placed(note.error());
  if (*note && (*note)->spill) {
    entry.spilled = *std::move(note);
    return {};
  }
  const Result<Progress> progress = Progress::Decode(entry.committed->offset, *note ? (*note)->ranges : std::string());
  if (!progress) return placed(progress.error());
  entry.progress = *progress;
  return {};
}

void Offer::ReadNextSpill() {
  for (const auto& [partition, entry] : entries_) {
    if (!entry.spilled) continue;
    requested_ = {partition};
    request_ = numbers_.Next();
    client_.ReadRecord(*request_, {options_.spill_topic, 0}, *entry.spilled->spill);
    return;
  }
  phase_ = Phase::kFindStarts;
  FindStarts();
}

Result<void> Offer::Handle(const RecordRead& answer, Duration now) {
  if (phase_ != Phase::kReadSpills) return {};
  TRY_ASSIGN(const bool expected, IsExpected(answer, answer.value, "reading what is done out of order", now));
  const auto found = expected ? entries_.find(requested_.front()) : entries_.end();
  if (found == entries_.end()) return {};
  Entry& entry = found->second;
  const std::string place = ToString(found->first) + ": ";
  if (!*answer.value)
    return Invalid(place + "the topic " + options_.spill_topic + " has no record at offset " +
                   std::to_string(*entry.spilled->spill) + ", which the committed offset points at; it was deleted. " +
                   "'penstock group reset' sets offsets anew");
  const Result<std::string> ranges = DecodeSpill(*entry.spilled, **answer.value);
  if (!ranges) return Invalid(place + options_.spill_topic + ": " + ranges.error().message);
  TRY_ASSIGN(entry.progress, Progress::Decode(entry.committed->offset, *ranges));
  entry.spilled.reset();
  return {};
}

void Offer::FindStarts() {
  requested_ = WithoutProgress();
  if (requested_.empty()) {
    phase_ = Phase::kDone;
    return;
  }
  request_ = numbers_.Next();
  client_.FindOffsets(*request_, requested_, options_.session.start);
}

Result<void> Offer::Handle(const OffsetsFound& answer, Duration now) {
  if (phase_ != Phase::kFindStarts) return {};
  TRY_ASSIGN(const bool expected, IsExpected(answer, answer.offsets, "looking for where to start", now));
  if (!expected) return {};
  for (size_t i = 0; i < requested_.size(); ++i)
    if (const auto entry = entries_.find(requested_[i]); entry != entries_.end())
      entry->second.progress = Progress((*answer.offsets)[i]);
  const bool at_start = std::holds_alternative<AtStart>(options_.session.start);
  phase_ = at_start ? Phase::kDone : Phase::kStoreStarts;
  return {};
}

void Offer::StoreStarts() {
  std::vector<SourceOffset> offsets;
  for (const TopicPartition& partition : requested_)
    if (const auto entry = entries_.find(partition); entry != entries_.end())
      offsets.push_back({partition, entry->second.progress->position(), {}, {}});
  request_ = numbers_.Next();
  client_.CommitOffsets(*request_, std::move(offsets));
}

Result<void> Offer::Handle(const OffsetsCommitted& answer, Duration now) {
  if (phase_ != Phase::kStoreStarts) return {};
  TRY_ASSIGN(const bool expected, IsExpected(answer, answer.result, "committing where the group starts", now));
  if (expected) phase_ = Phase::kDone;
  return {};
}

void Offer::Remove(std::span<const TopicPartition> partitions) {
  for (const TopicPartition& partition : partitions) entries_.erase(partition);
}

std::vector<TopicPartition> Offer::WithoutProgress() const {
  std::vector<TopicPartition> partitions;
  for (const auto& [partition, entry] : entries_)
    if (!entry.progress) partitions.push_back(partition);
  return partitions;
}

std::map<TopicPartition, Progress> Offer::progress() const {
  std::map<TopicPartition, Progress> progress;
  for (const auto& [partition, entry] : entries_) progress.emplace(partition, *entry.progress);
  return progress;
}

}  // namespace penstock::cluster
