#include "log/sim/partition_log.h"

#include <algorithm>
#include <set>

namespace penstock::sim {
namespace {

constexpr size_t kBatchesRemembered = 5;

std::optional<std::string> Owned(std::optional<std::string_view> bytes) {
  if (!bytes) return std::nullopt;
  return std::string(*bytes);
}

auto FirstFrom(const std::deque<Entry>& entries, int64_t offset) {
  return std::lower_bound(entries.begin(), entries.end(), offset,
                          [](const Entry& entry, int64_t at) { return entry.offset < at; });
}

}  // namespace

StoredRecord::StoredRecord(const OutRecord& out)
    : timestamp_ms(out.timestamp_ms), key(Owned(out.key)), value(Owned(out.value)) {
  for (const Header& header : out.headers) headers.emplace_back(header.name, Owned(header.value));
}

Record RecordOf(const TopicPartition& partition, const Entry& entry, Arena& arena) {
  Record record;
  record.source = {partition.topic, partition.partition, entry.offset};
  record.timestamp_ms = entry.record->timestamp_ms;
  record.key = entry.record->key;
  record.value = entry.record->value;
  std::vector<Header> headers;
  for (const auto& [name, value] : entry.record->headers) headers.push_back({name, value});
  record.headers = headers;
  return Detach(record, arena);
}

int64_t PartitionLog::Add(ProducerIdentity producer, Entry::Standing standing, std::vector<StoredRecord> records) {
  const int64_t first = end_;
  for (StoredRecord& record : records) entries_.push_back({end_++, standing, producer, std::move(record)});
  return first;
}

int64_t PartitionLog::Append(std::vector<StoredRecord> records) {
  return Add({}, Entry::Standing::kCommitted, std::move(records));
}

PartitionLog::Appended PartitionLog::Append(ProducerIdentity producer, int64_t sequence,
                                            std::vector<StoredRecord> records) {
  ProducerState& state = producers_[producer.id];
  if (producer.epoch < state.epoch) return {Code::kProducerFenced};
  if (producer.epoch > state.epoch) state = {.epoch = producer.epoch, .next_sequence = 0, .sent = {}};
  if (sequence < state.next_sequence) {
    for (const SentBatch& batch : state.sent)
      if (batch.sequence == sequence) return {Code::kOk, batch.offset};
    return {Code::kOutOfOrderSequence};
  }
  if (sequence > state.next_sequence) return {Code::kOutOfOrderSequence};
  state.next_sequence += static_cast<int64_t>(records.size());
  state.sent.push_back({sequence, end_});
  if (state.sent.size() > kBatchesRemembered) state.sent.pop_front();
  open_.try_emplace(producer.id, end_);
  return {Code::kOk, Add(producer, Entry::Standing::kOpen, std::move(records))};
}

void PartitionLog::EndTransaction(ProducerIdentity producer, bool commit) {
  ProducerState& state = producers_[producer.id];
  if (producer.epoch < state.epoch) return;
  if (producer.epoch > state.epoch) state = {.epoch = producer.epoch, .next_sequence = 0, .sent = {}};
  if (const auto open = open_.find(producer.id); open != open_.end()) {
    const auto from = FirstFrom(entries_, open->second) - entries_.cbegin();
    for (auto entry = entries_.begin() + from; entry != entries_.end(); ++entry)
      if (entry->standing == Entry::Standing::kOpen && entry->producer.id == producer.id)
        entry->standing = commit ? Entry::Standing::kCommitted : Entry::Standing::kAborted;
    open_.erase(open);
  }
  entries_.push_back({end_++, Entry::Standing::kMarker, producer, std::nullopt});
}

int64_t PartitionLog::stable_end() const {
  int64_t stable = end_;
  for (const auto& [producer, first] : open_) stable = std::min(stable, first);
  return stable;
}

int64_t PartitionLog::Read(int64_t from, size_t count, std::vector<const Entry*>& found) const {
  const int64_t stable = stable_end();
  size_t taken = 0;
  for (auto entry = FirstFrom(entries_, from); entry != entries_.end() && entry->offset < stable; ++entry) {
    if (taken == count) return entry->offset;
    if (entry->standing != Entry::Standing::kCommitted) continue;
    found.push_back(&*entry);
    ++taken;
  }
  return std::max(stable, from);
}

const Entry* PartitionLog::Find(int64_t offset) const {
  const auto entry = FirstFrom(entries_, offset);
  const bool there =
      entry != entries_.end() && entry->offset == offset && entry->standing == Entry::Standing::kCommitted;
  return there ? &*entry : nullptr;
}

void PartitionLog::DeleteBefore(int64_t offset) {
  begin_ = std::max(begin_, std::min(offset, stable_end()));
  while (!entries_.empty() && entries_.front().offset < begin_) entries_.pop_front();
}

void PartitionLog::Compact() {
  const int64_t stable = stable_end();
  std::set<std::string> later;
  std::deque<Entry> kept;
  for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
    const bool decided = entry->offset < stable;
    const bool is_record = decided && entry->standing == Entry::Standing::kCommitted;
    const bool last = is_record && (!entry->record->key || later.insert(*entry->record->key).second);
    if (!decided || last) kept.push_front(std::move(*entry));
  }
  entries_ = std::move(kept);
}

}  // namespace penstock::sim
