// One partition as its leader keeps it: records, transactional or not, and the markers that end transactions.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/arena.h"
#include "event/record.h"
#include "log/out_batch.h"
#include "log/partition.h"
#include "log/sim/code.h"

namespace penstock::sim {

// A record that owns its bytes: requests outlive those who sent them.
struct StoredRecord {
  explicit StoredRecord(const OutRecord& record);

  int64_t timestamp_ms = 0;
  std::optional<std::string> key;
  std::optional<std::string> value;
  std::vector<std::pair<std::string, std::optional<std::string>>> headers;
};

struct Entry {
  enum class Standing { kOpen, kCommitted, kAborted, kMarker };

  int64_t offset = 0;
  Standing standing = Standing::kCommitted;
  ProducerIdentity producer;
  std::optional<StoredRecord> record;  // none: a marker
};

// As a consumer sees it; what it borrows is in `arena`, the topic's name excepted, which is that of `partition`.
Record RecordOf(const TopicPartition& partition, const Entry& entry, Arena& arena);

// Used by one thread, as everything in this folder.
class PartitionLog {
 public:
  struct Appended {
    Code code = Code::kOk;
    int64_t offset = 0;  // of the first record
  };

  // Outside any transaction.
  int64_t Append(std::vector<StoredRecord> records);
  // As a part of the producer's transaction. `sequence` counts the records that this producer has sent to this
  // partition before: what was appended already is not appended again, and its offset is answered.
  Appended Append(ProducerIdentity producer, int64_t sequence, std::vector<StoredRecord> records);
  // Writes a marker, which takes an offset, and fences earlier epochs of the producer.
  void EndTransaction(ProducerIdentity producer, bool commit);
  bool HasOpen(int64_t producer) const { return open_.contains(producer); }

  int64_t begin() const { return begin_; }
  int64_t end() const { return end_; }
  // Everything below it is decided.
  int64_t stable_end() const;
  const std::deque<Entry>& entries() const { return entries_; }

  // Finds the committed records from `from` on, at most `count`, below the stable end. Returns the next offset to read.
  int64_t Read(int64_t from, size_t count, std::vector<const Entry*>& found) const;
  // Null where there is no committed record at this offset.
  const Entry* Find(int64_t offset) const;

  // As retention does: whatever stands before `offset`, as far as that is decided.
  void DeleteBefore(int64_t offset);
  // As compaction does, of what is decided: only the last committed record of a key stays, and nothing of what was
  // aborted.
  void Compact();

 private:
  struct SentBatch {
    int64_t sequence;
    int64_t offset;
  };
  struct ProducerState {
    int32_t epoch = -1;
    int64_t next_sequence = 0;
    std::deque<SentBatch> sent;  // the last five, as Kafka's brokers remember
  };

  int64_t Add(ProducerIdentity producer, Entry::Standing standing, std::vector<StoredRecord> records);

  std::deque<Entry> entries_;
  int64_t begin_ = 0;
  int64_t end_ = 0;
  std::map<int64_t, int64_t> open_;  // the first offset of each producer's transaction
  std::map<int64_t, ProducerState> producers_;
};

}  // namespace penstock::sim
