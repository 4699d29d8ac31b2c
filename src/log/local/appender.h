// Records on their way into rows.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "log/local/row_codec.h"
#include "log/local/store.h"
#include "log/out_batch.h"

namespace penstock::local {

constexpr size_t kRecordBytesMax = size_t{64} << 20;  // of key, value and headers

// Encodes and compresses records, then writes them in one go, in this order: Add, Seal, Write, Clear. Keeps its memory.
// Used by one thread.
class Appender {
 public:
  explicit Appender(Store& store) : store_(store) {}

  // Records of the same partition keep their order, over all batches.
  Result<void> Add(const OutBatch& batch);
  // What takes time and needs no turn: compresses what is left.
  void Seal();
  // Writes what was added and sealed, inside a transaction of the store. Offsets are those at the ends of the
  // partitions.
  Result<void> Write();
  // Forgets what was added.
  void Clear();

  bool empty() const { return used_.empty(); }

 private:
  // What goes to one partition.
  struct Lane {
    int64_t slot = 0;
    bool used = false;
    RowEncoder encoder;
    std::vector<Row> rows;
  };

  Result<Lane*> LaneOf(const Topic& topic, const OutRecord& record);
  void FinishRow(Lane& lane);
  Result<void> WriteLane(Lane& lane);

  Store& store_;
  std::unordered_map<int64_t, Lane> lanes_;  // by slot; a lane stays where it is
  std::vector<Lane*> used_;
};

}  // namespace penstock::local
