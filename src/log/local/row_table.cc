#include "log/local/row_table.h"

#include "base/hash.h"
#include "log/local/schema.h"

namespace penstock::local {
namespace {

// A macro, because literals can be joined and stay literals.
#define PENSTOCK_ROW_COLUMNS "id, span, count, max_timestamp_ms, plain_bytes, format, checksum, data"

// The row before the first that begins at or behind the offset may hold it as well.
constexpr std::string_view kFirstRow = "SELECT id FROM rows WHERE id BETWEEN ? AND ? ORDER BY id DESC LIMIT 1";

}  // namespace

int64_t StoredRow::first() const { return OffsetOfRow(id); }

Result<void> InsertRow(Database& database, int64_t id, const Row& row) {
  return database.Run("INSERT INTO rows (" PENSTOCK_ROW_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)", id, row.span,
                      row.count, row.max_timestamp_ms, row.plain_bytes, static_cast<int64_t>(row.format),
                      row.Checksum(id), Blob{row.data});
}

Result<Query> SelectRows(Database& database, int64_t slot, int64_t offset) {
  TRY_ASSIGN(const int64_t first, database.Number(kFirstRow, RowId(slot, 0), RowId(slot, 0), RowId(slot, offset)));
  TRY_ASSIGN(Query query, database.Prepare("SELECT " PENSTOCK_ROW_COLUMNS
                                           " FROM rows WHERE id BETWEEN ? AND ? AND (id & ?) + span > ? ORDER BY id"));
  query.Bind(first, RowId(slot, kOffsetMax), kOffsetMax, offset);
  return query;
}

Result<std::optional<StoredRow>> NextRow(Query& rows) {
  TRY_ASSIGN(const bool found, rows.Step());
  if (!found) return std::nullopt;
  StoredRow row;
  row.id = rows.Int(0);
  row.span = rows.Int(1);
  row.count = rows.Int(2);
  row.max_timestamp_ms = rows.Int(3);
  row.plain_bytes = rows.Int(4);
  row.format = static_cast<RowFormat>(rows.Int(5));
  row.checksum = static_cast<uint64_t>(rows.Int(6));
  row.data = rows.Bytes(7);
  return row;
}

Result<std::string_view> ReadRow(const StoredRow& row, const Database& database, std::string_view partition,
                                 Arena& arena) {
  Row claimed;
  claimed.span = row.span;
  claimed.count = row.count;
  claimed.max_timestamp_ms = row.max_timestamp_ms;
  claimed.plain_bytes = row.plain_bytes;
  claimed.format = row.format;
  claimed.data_hash = Hash64(row.data);
  if (claimed.Checksum(row.id) != row.checksum) return DamagedRow(row, database, partition);
  const std::optional<std::string_view> plain = PlainBytes(row.format, row.data, row.plain_bytes, arena);
  if (!plain) return DamagedRow(row, database, partition);
  return *plain;
}

tl::unexpected<Error> DamagedRow(const StoredRow& row, const Database& database, std::string_view partition) {
  return Fail(ErrorKind::kUnavailable, "the log '" + database.path() + "' is damaged: the records of " +
                                           std::string(partition) + " from offset " + std::to_string(row.first()) +
                                           " to " + std::to_string(row.end() - 1) +
                                           " are not what was written. Restore it from a copy, or read on behind them");
}

}  // namespace penstock::local
