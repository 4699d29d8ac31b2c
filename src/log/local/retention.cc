#include "log/local/retention.h"

#include <string_view>

#include "log/local/schema.h"

namespace penstock::local {
namespace {

constexpr int kRowsOfStep = 200;

struct OldestRow {
  int64_t id = -1;  // none
  int64_t span = 0;
  int64_t max_timestamp_ms = 0;
  int64_t bytes = 0;
};

Result<OldestRow> FindOldest(Database& database, int64_t slot) {
  TRY_ASSIGN(Query query, database.Prepare("SELECT id, span, max_timestamp_ms, length(data) FROM rows"
                                           " WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1"));
  query.Bind(RowId(slot, 0), RowId(slot, kOffsetMax));
  TRY_ASSIGN(const bool found, query.Step());
  if (!found) return OldestRow{};
  return OldestRow{query.Int(0), query.Int(1), query.Int(2), query.Int(3)};
}

bool IsExpired(const OldestRow& row, int64_t partition_bytes, const RetentionLimits& limits) {
  if (row.id < 0) return false;
  if (row.max_timestamp_ms < limits.oldest_ms) return true;
  return limits.bytes >= 0 && partition_bytes - row.bytes >= limits.bytes;
}

}  // namespace

Result<bool> HasExpired(Store& store, int64_t slot, const RetentionLimits& limits) {
  TRY_ASSIGN(const PartitionState state, store.catalog().StateOf(slot));
  TRY_ASSIGN(const OldestRow oldest, FindOldest(store.database(), slot));
  return IsExpired(oldest, state.bytes, limits);
}

Result<void> DeleteExpired(Store& store, int64_t slot, const RetentionLimits& limits) {
  Database& database = store.database();
  TRY_ASSIGN(PartitionState state, store.catalog().StateOf(slot));
  for (int i = 0; i < kRowsOfStep; ++i) {
    TRY_ASSIGN(const OldestRow oldest, FindOldest(database, slot));
    if (!IsExpired(oldest, state.bytes, limits)) break;
    TRY(database.Run("DELETE FROM rows WHERE id = ?", oldest.id));
    state.begin = OffsetOfRow(oldest.id) + oldest.span;
    state.bytes -= oldest.bytes;
  }
  return database.Run("UPDATE partitions SET begin = ?, bytes = ? WHERE slot = ?", state.begin, state.bytes, slot);
}

}  // namespace penstock::local
