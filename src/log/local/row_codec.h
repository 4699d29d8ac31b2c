// Records <-> the rows that they are stored in. docs/formats/local-log.md describes the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "event/record.h"
#include "log/out_batch.h"

namespace penstock::local {

// How the records of a row stand in its data. Stored.
enum class RowFormat : int64_t { kPlain = 0, kLz4 = 1 };

constexpr size_t kRowBytes = size_t{1} << 20;  // a row that has so many, before compression, takes no more records
constexpr int64_t kRowRecords = 8192;

// Consecutive records of one partition, encoded. Offsets count from the row's first.
struct Row {
  int64_t span = 0;   // the row covers the offsets from the first up to, not including, first + span
  int64_t count = 0;  // of records; less than `span` where compaction took some
  int64_t max_timestamp_ms = INT64_MIN;
  int64_t plain_bytes = 0;
  RowFormat format = RowFormat::kPlain;
  std::string data;
  uint64_t data_hash = 0;

  // Of all that is stored, for the place `id`: it tells also a row at a wrong place.
  uint64_t Checksum(int64_t id) const;
};

// Collects the records of one row. Keeps its memory from row to row.
class RowEncoder {
 public:
  // `offset`, from the row's first on, is higher than those before.
  void Add(int64_t offset, int64_t timestamp_ms, std::optional<std::string_view> key,
           std::optional<std::string_view> value, std::span<const Header> headers);

  bool empty() const { return count_ == 0; }
  bool full() const { return used_ >= kRowBytes || count_ >= kRowRecords; }
  int64_t next_offset() const { return next_offset_; }

  // The row of all that was added since the last one, covering `span` offsets.
  Row Finish(int64_t span);

 private:
  char* Reserve(size_t bytes);

  std::vector<char> plain_;
  size_t used_ = 0;
  int64_t next_offset_ = 0;
  int64_t last_timestamp_ms_ = 0;
  int64_t max_timestamp_ms_ = INT64_MIN;
  int64_t count_ = 0;
};

// Reads the records of a row one after another; they borrow from its plain bytes, their headers from an arena.
class RowDecoder {
 public:
  RowDecoder() = default;
  RowDecoder(std::string_view plain, int64_t first_offset) : rest_(plain), next_offset_(first_offset) {}

  bool done() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  // Goes on in a copy of rest().
  void MoveTo(std::string_view copy) { rest_ = copy; }
  // The lowest offset that the next record can have.
  int64_t next_offset() const { return next_offset_; }

  // Fills all of the record but its topic and partition. False where the bytes are none of ours.
  bool Next(Record& record, Arena& arena);

 private:
  std::string_view rest_;
  int64_t next_offset_ = 0;
  int64_t last_timestamp_ms_ = 0;
};

// The plain bytes of a row, in the arena. Nothing where they are damaged.
std::optional<std::string_view> PlainBytes(RowFormat format, std::string_view data, int64_t plain_bytes, Arena& arena);

}  // namespace penstock::local
