#include "log/local/compaction.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "log/local/schema.h"

namespace penstock::local {
namespace {

constexpr int64_t kDirtyBytesMin = 1 << 20;  // of rows as they are stored
constexpr size_t kKeysMax = 1'000'000;       // of one pass, whose memory they bound
constexpr int64_t kStepBytes = 8 << 20;      // before compression
constexpr int kStepRows = 64;
constexpr int64_t kTombstoneMs = int64_t{24} * 60 * 60 * 1000;

struct DirtyPart {
  int64_t clean = 0;
  int64_t dirty_bytes = 0;
  int64_t bytes = 0;
};

Result<DirtyPart> Measure(Database& database, int64_t slot) {
  DirtyPart part;
  TRY_ASSIGN(part.clean, database.Number("SELECT clean FROM partitions WHERE slot = ?", 0, slot));
  TRY_ASSIGN(part.bytes, database.Number("SELECT bytes FROM partitions WHERE slot = ?", 0, slot));
  constexpr std::string_view kBytes = "SELECT coalesce(sum(length(data)), 0) FROM rows WHERE id BETWEEN ? AND ?";
  TRY_ASSIGN(part.dirty_bytes, database.Number(kBytes, 0, RowId(slot, part.clean), RowId(slot, kOffsetMax)));
  return part;
}

}  // namespace

// The rows that survivors are written into, in place of others.
struct Compaction::Rewritten {
  RowEncoder encoder;
  int64_t first = -1;  // of the row under way
  int64_t end = 0;     // of what was looked at
  std::vector<std::pair<int64_t, Row>> rows;
  std::vector<int64_t> old_ids;
  int64_t old_bytes = 0;

  void Add(const Record& record) {
    if (first < 0) first = record.source.offset;
    encoder.Add(record.source.offset - first, record.timestamp_ms, record.key, record.value, record.headers);
    if (encoder.full()) Finish(record.source.offset + 1);
  }
  void Finish(int64_t row_end) {
    if (!encoder.empty()) rows.emplace_back(first, encoder.Finish(row_end - first));
    first = -1;
  }
};

Result<std::optional<Compaction>> Compaction::Begin(Store& store, TopicPartition partition, int64_t slot,
                                                    int64_t now_ms) {
  Compaction compaction(std::move(partition), slot);
  const auto prepare = [&]() -> Result<bool> {
    TRY_ASSIGN(const DirtyPart part, Measure(store.database(), slot));
    if (part.dirty_bytes < kDirtyBytesMin || 2 * part.dirty_bytes < part.bytes) return false;
    TRY_ASSIGN(const PartitionState state, store.catalog().StateOf(slot));
    compaction.clean_ = compaction.end_ = part.clean;
    compaction.next_ = state.begin;
    compaction.tombstones_until_ms_ = now_ms - kTombstoneMs;
    return true;
  };
  TRY_ASSIGN(const bool worth_while, store.Read(prepare));
  if (!worth_while) return std::nullopt;
  return std::optional<Compaction>(std::move(compaction));
}

// True when all are noted, or as many as are kept in memory.
Result<bool> Compaction::NoteKeys(Store& store) {
  TRY_ASSIGN(Query rows, SelectRows(store.database(), slot_, end_));
  int64_t plain_bytes = 0;
  while (newest_.size() < kKeysMax) {
    if (plain_bytes >= kStepBytes) return false;
    TRY_ASSIGN(const std::optional<StoredRow> row, NextRow(rows));
    if (!row) return true;
    TRY(NoteKeysOf(*row, store.database()));
    end_ = row->end();
    plain_bytes += row->plain_bytes;
  }
  return true;
}

Result<void> Compaction::NoteKeysOf(const StoredRow& row, const Database& database) {
  Arena arena;
  TRY_ASSIGN(const std::string_view plain, ReadRow(row, database, ToString(partition_), arena));
  RowDecoder decoder(plain, row.first());
  Record record;
  while (!decoder.done()) {
    if (!decoder.Next(record, arena)) return DamagedRow(row, database, ToString(partition_));
    if (record.key) newest_[Hash128(*record.key)] = record.source.offset;
  }
  return {};
}

bool Compaction::Keeps(const Record& record) const {
  if (!record.key) return true;
  const auto newest = newest_.find(Hash128(*record.key));
  if (newest != newest_.end() && newest->second > record.source.offset) return false;
  const bool is_tombstone = !record.value;
  return !is_tombstone || record.source.offset >= clean_ || record.timestamp_ms >= tombstones_until_ms_;
}

Result<bool> Compaction::Step(Store& store) {
  if (!noted_) {
    TRY_ASSIGN(noted_, store.Read([&] { return NoteKeys(store); }));
    return false;
  }
  return store.Write([&] { return Rewrite(store); });
}

// Neighbours become one row, so that rows of few survivors do not pile up.
Result<bool> Compaction::Rewrite(Store& store) {
  Database& database = store.database();
  TRY_ASSIGN(const PartitionState state, store.catalog().StateOf(slot_));
  next_ = std::max(next_, state.begin);  // retention may have come in between
  Rewritten rewritten;
  TRY(ReadSurvivors(database, rewritten));
  for (const int64_t id : rewritten.old_ids) TRY(database.Run("DELETE FROM rows WHERE id = ?", id));
  int64_t bytes = -rewritten.old_bytes;
  for (const auto& [first, row] : rewritten.rows) {
    TRY(InsertRow(database, RowId(slot_, first), row));
    bytes += static_cast<int64_t>(row.data.size());
  }
  TRY(database.Run("UPDATE partitions SET bytes = bytes + ? WHERE slot = ?", bytes, slot_));
  if (!rewritten.old_ids.empty()) next_ = rewritten.end;
  if (!rewritten.old_ids.empty() && next_ < end_) return false;
  TRY(database.Run("UPDATE partitions SET clean = max(clean, ?) WHERE slot = ?", end_, slot_));
  return true;
}

Result<void> Compaction::ReadSurvivors(Database& database, Rewritten& rewritten) {
  TRY_ASSIGN(Query rows, SelectRows(database, slot_, next_));
  int64_t plain_bytes = 0;
  while (rewritten.old_ids.size() < kStepRows && plain_bytes < kStepBytes) {
    TRY_ASSIGN(const std::optional<StoredRow> row, NextRow(rows));
    if (!row || row->first() >= end_) break;
    Arena arena(kRowBytes);
    TRY_ASSIGN(const std::string_view plain, ReadRow(*row, database, ToString(partition_), arena));
    RowDecoder decoder(plain, row->first());
    Record record;
    while (!decoder.done()) {
      if (!decoder.Next(record, arena)) return DamagedRow(*row, database, ToString(partition_));
      if (Keeps(record)) rewritten.Add(record);
    }
    rewritten.old_ids.push_back(row->id);
    rewritten.old_bytes += static_cast<int64_t>(row->data.size());
    rewritten.end = row->end();
    plain_bytes += row->plain_bytes;
  }
  rewritten.Finish(rewritten.end);
  return {};
}

}  // namespace penstock::local
