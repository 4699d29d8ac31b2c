// Reads one partition in chunks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/result.h"
#include "event/record.h"
#include "log/local/row_codec.h"
#include "log/local/row_table.h"
#include "log/local/store.h"
#include "log/partition.h"
#include "log/progress.h"

namespace penstock::local {

// What is left to take in one delivery.
struct ReadBudget {
  size_t records = 0;
  size_t bytes = 0;    // as encoded
  bool taken = false;  // the first record is taken whatever its size

  bool spent() const { return records == 0 || bytes == 0; }
};

// What a chunk covered: as Fetched has it.
struct ReadChunk {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t log_end = 0;
  int64_t lost = 0;  // offsets from `begin` on that were deleted before they were read
};

// Goes over one partition. Records borrow from the arena, from the reader and from the partition's name, until the
// arena is reset and the next Read().
class PartitionReader {
 public:
  PartitionReader(TopicPartition partition, int64_t slot, Progress progress);
  // Stays where it is: records borrow from it.
  PartitionReader(const PartitionReader&) = delete;
  PartitionReader& operator=(const PartitionReader&) = delete;

  const TopicPartition& partition() const { return partition_; }
  int64_t slot() const { return slot_; }
  int64_t position() const { return position_; }
  // Of the partition, as it is now.
  Result<int64_t> End(Store& store) const;

  // Appends the next records, without those that the progress says are done. Inside a transaction of the store.
  Result<ReadChunk> Read(Store& store, Arena& arena, ReadBudget& budget, std::vector<Record>& records);

 private:
  Result<void> ReadRows(Store& store, Arena& arena, ReadBudget& budget, std::vector<Record>& records);
  // Takes from the row under way what the budget allows. False where its bytes are none of ours.
  bool Take(Arena& arena, ReadBudget& budget, std::vector<Record>& records);
  bool IsDone(int64_t offset) const;

  TopicPartition partition_;
  int64_t slot_;
  Progress done_;
  int64_t position_;

  // The row under way. What is left of it after a chunk is kept in row_rest_, and not decompressed again.
  RowDecoder row_;
  int64_t row_end_ = 0;
  std::string row_rest_;
};

}  // namespace penstock::local
