#include "log/local/partition_reader.h"

#include <algorithm>
#include <utility>

namespace penstock::local {

PartitionReader::PartitionReader(TopicPartition partition, int64_t slot, Progress progress)
    : partition_(std::move(partition)), slot_(slot), done_(std::move(progress)), position_(done_.position()) {}

Result<int64_t> PartitionReader::End(Store& store) const {
  TRY_ASSIGN(const PartitionState state, store.catalog().StateOf(slot_));
  return state.end;
}

Result<ReadChunk> PartitionReader::Read(Store& store, Arena& arena, ReadBudget& budget, std::vector<Record>& records) {
  TRY_ASSIGN(const PartitionState state, store.catalog().StateOf(slot_));
  ReadChunk chunk{.begin = position_, .end = position_, .log_end = state.end};
  if (position_ > state.end)
    return Fail(ErrorKind::kUnavailable,
                "the position in " + ToString(partition_) + " is " + std::to_string(position_) +
                    ", behind the end of the log '" + store.database().path() + "' at " + std::to_string(state.end) +
                    ": the file seems to be an older copy. Set the group's position (penstock group reset)");
  chunk.lost = std::max<int64_t>(state.begin - position_, 0);
  position_ = std::max(position_, state.begin);
  if (row_.done() || row_end_ <= position_) {
    TRY(ReadRows(store, arena, budget, records));
    // Behind the last row compaction took the records.
    if (!budget.spent() && row_.done()) position_ = state.end;
  } else if (!Take(arena, budget, records)) {
    return Fail(ErrorKind::kUnavailable, "the log '" + store.database().path() + "' is damaged at offset " +
                                             std::to_string(position_) + " of " + ToString(partition_));
  }
  chunk.end = position_;
  return chunk;
}

Result<void> PartitionReader::ReadRows(Store& store, Arena& arena, ReadBudget& budget, std::vector<Record>& records) {
  row_ = {};
  TRY_ASSIGN(Query rows, SelectRows(store.database(), slot_, position_));
  while (!budget.spent() && row_.done()) {
    TRY_ASSIGN(const std::optional<StoredRow> row, NextRow(rows));
    if (!row) return {};
    TRY_ASSIGN(const std::string_view plain, ReadRow(*row, store.database(), ToString(partition_), arena));
    row_ = RowDecoder(plain, row->first());
    row_end_ = row->end();
    records.reserve(records.size() + std::min(static_cast<size_t>(row->count), budget.records));
    if (!Take(arena, budget, records)) return DamagedRow(*row, store.database(), ToString(partition_));
  }
  if (!row_.done()) {
    row_rest_.assign(row_.rest());
    row_.MoveTo(row_rest_);
  }
  return {};
}

bool PartitionReader::Take(Arena& arena, ReadBudget& budget, std::vector<Record>& records) {
  Record record;
  record.source.topic = partition_.topic;
  record.source.partition = partition_.partition;
  while (!row_.done() && !budget.spent()) {
    const RowDecoder before = row_;
    if (!row_.Next(record, arena)) return false;
    if (record.source.offset < position_ || IsDone(record.source.offset)) continue;
    const size_t bytes = before.rest().size() - row_.rest().size();
    if (bytes > budget.bytes && budget.taken) {
      row_ = before;
      budget.bytes = 0;
      break;
    }
    budget.bytes -= std::min(bytes, budget.bytes);
    budget.taken = true;
    --budget.records;
    records.push_back(record);
  }
  position_ = std::max(position_, row_.done() ? row_end_ : row_.next_offset());
  return true;
}

bool PartitionReader::IsDone(int64_t offset) const { return !done_.ranges().empty() && done_.Contains(offset); }

}  // namespace penstock::local
