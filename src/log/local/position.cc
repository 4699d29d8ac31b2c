#include "log/local/position.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "log/local/row_table.h"
#include "log/local/schema.h"

namespace penstock::local {
namespace {

// Of the first record in the row that is not older; rows say only how old their youngest record is.
Result<int64_t> FindInRow(Store& store, const TopicPartition& partition, const StoredRow& row, int64_t timestamp_ms) {
  Arena arena;
  TRY_ASSIGN(const std::string_view plain, ReadRow(row, store.database(), ToString(partition), arena));
  RowDecoder decoder(plain, row.first());
  Record record;
  while (!decoder.done()) {
    if (!decoder.Next(record, arena)) return DamagedRow(row, store.database(), ToString(partition));
    if (record.timestamp_ms >= timestamp_ms) return record.source.offset;
  }
  return row.end();
}

Result<int64_t> FindTime(Store& store, const TopicPartition& partition, int64_t slot, int64_t timestamp_ms,
                         int64_t end) {
  constexpr std::string_view kRow =
      "SELECT id FROM rows WHERE id BETWEEN ? AND ? AND max_timestamp_ms >= ? ORDER BY id LIMIT 1";
  TRY_ASSIGN(const int64_t id,
             store.database().Number(kRow, -1, RowId(slot, 0), RowId(slot, kOffsetMax), timestamp_ms));
  if (id < 0) return end;
  TRY_ASSIGN(Query rows, SelectRows(store.database(), slot, OffsetOfRow(id)));
  TRY_ASSIGN(const std::optional<StoredRow> row, NextRow(rows));
  if (!row) return end;
  return FindInRow(store, partition, *row, timestamp_ms);
}

}  // namespace

Result<int64_t> FindPosition(Store& store, const TopicPartition& partition, int64_t slot, const StartPosition& start) {
  TRY_ASSIGN(const PartitionState state, store.catalog().StateOf(slot));
  if (std::holds_alternative<AtStart>(start)) return state.begin;
  if (const auto* const offset = std::get_if<AtOffset>(&start))
    return std::clamp(offset->offset, state.begin, state.end);
  if (const auto* const time = std::get_if<AtTime>(&start))
    return FindTime(store, partition, slot, time->timestamp_ms, state.end);
  return state.end;
}

std::string EncodeStart(const StartPosition& start) {
  if (const auto* const offset = std::get_if<AtOffset>(&start)) return "offset " + std::to_string(offset->offset);
  if (const auto* const time = std::get_if<AtTime>(&start)) return "time " + std::to_string(time->timestamp_ms);
  return std::holds_alternative<AtEnd>(start) ? "end" : "start";
}

StartPosition DecodeStart(std::string_view text) {
  if (text == "end") return AtEnd{};
  const size_t space = text.find(' ');
  if (space == std::string_view::npos) return AtStart{};
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data() + space + 1, text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return AtStart{};
  if (text.starts_with("offset")) return AtOffset{number};
  if (text.starts_with("time")) return AtTime{number};
  return AtStart{};
}

}  // namespace penstock::local
