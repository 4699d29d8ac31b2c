// The tables of a log. docs/formats/local-log.md describes them.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "log/local/database.h"

namespace penstock::local {

// A row's place: the partition's slot in the upper bits, the first offset below.
constexpr int kOffsetBits = 44;
constexpr int64_t kOffsetMax = (int64_t{1} << kOffsetBits) - 1;
constexpr int64_t kSlotMax = (int64_t{1} << (63 - kOffsetBits)) - 1;

constexpr int64_t RowId(int64_t slot, int64_t offset) { return (slot << kOffsetBits) | offset; }
constexpr int64_t OffsetOfRow(int64_t id) { return id & kOffsetMax; }

// Creates the tables in a new file; refuses files of others, and of newer versions. The write lock is held.
Result<void> PrepareSchema(Database& database);

}  // namespace penstock::local
