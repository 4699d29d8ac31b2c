// The table of rows: what the records of all partitions are stored in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "log/local/database.h"
#include "log/local/row_codec.h"

namespace penstock::local {

// A row as it is found. `data` lives until the next step of its query.
struct StoredRow {
  int64_t id = 0;
  int64_t span = 0;
  int64_t count = 0;
  int64_t max_timestamp_ms = 0;
  int64_t plain_bytes = 0;
  RowFormat format = RowFormat::kPlain;
  uint64_t checksum = 0;
  std::string_view data;

  int64_t first() const;
  int64_t end() const { return first() + span; }
};

Result<void> InsertRow(Database& database, int64_t id, const Row& row);

// The rows of one partition that hold offsets from `offset` on, in order.
Result<Query> SelectRows(Database& database, int64_t slot, int64_t offset);
// The next of them; nothing behind the last.
Result<std::optional<StoredRow>> NextRow(Query& rows);

// The records' bytes, in the arena. An error, which names `partition`, where the row is not what was written.
Result<std::string_view> ReadRow(const StoredRow& row, const Database& database, std::string_view partition,
                                 Arena& arena);

// Of a row that is not what was written.
tl::unexpected<Error> DamagedRow(const StoredRow& row, const Database& database, std::string_view partition);

}  // namespace penstock::local
