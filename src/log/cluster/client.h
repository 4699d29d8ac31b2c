// What a session needs of a Kafka cluster: membership of a consumer group, records, and transactions. One
// implementation speaks to brokers (log/kafka), another plays them (log/sim); the protocol that keeps work exactly once
// stands above both, in ClusterSession.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "event/record.h"
#include "log/log.h"
#include "log/out_batch.h"
#include "log/partition.h"
#include "log/session.h"

namespace penstock::cluster {

// Who a member is to its group's coordinator. The coordinator refuses offsets that come with another generation.
struct Membership {
  std::string member;
  int32_t generation = -1;

  // The coordinator does not fence what comes without these.
  bool IsFenced() const { return !member.empty() && generation >= 0; }
  bool operator==(const Membership&) const = default;
};

// What a group has committed for one partition.
struct CommittedOffset {
  int64_t offset = 0;
  std::string metadata;  // printable, at most kMetadataCharactersMax
};

// The default limit of Kafka's brokers (offset.metadata.max.bytes), in characters.
constexpr size_t kMetadataCharactersMax = 4096;

// An offset to commit.
struct SourceOffset {
  TopicPartition partition;
  int64_t offset = 0;
  std::string metadata;
  // Where given: a record of Transaction::spills, whose offset is appended to the metadata, in decimal.
  std::optional<size_t> spill;
};

// All that one transaction writes.
struct Transaction {
  Membership membership;  // as it was when the attempt began; with at-least-once delivery, none
  std::vector<SourceOffset> offsets;
  std::vector<const OutBatch*> batches;
  OutBatch spills;  // written first, to partitions that are named
};

enum class Fate {
  kCommitted,
  kAborted,  // nothing of it will ever be seen; it may be tried again
  kUnknown,  // either; the producer must not be used again
};

// A record that will be refused however often it is sent, as one that is larger than its topic allows.
struct RefusedInBatch {
  size_t batch = 0;  // of Transaction::batches
  size_t record = 0;
  std::string reason;
};

// What has happened since the last Poll.

// The group offers partitions. To be answered by Accept(), for all of them together. Until then no other offer comes.
struct Offered {
  std::vector<TopicPartition> partitions;
};
// The group wants partitions back. To be answered by Yield(), in one call or several; until then they are held.
struct Withdrawn {
  std::vector<TopicPartition> partitions;
};
// The partitions are someone else's already, accepted or not. There is nothing to answer, and an offer or withdrawal
// that holds none but them needs no answer any more.
struct TakenAway {
  std::vector<TopicPartition> partitions;
};
// Reading stopped at a position where the partition has no record (any more). To be answered by Seek().
struct OutOfRange {
  TopicPartition partition;
  int64_t position = 0;
};
// Answers FetchOffsets: one for each partition, none where the group has not committed any.
struct OffsetsFetched {
  uint64_t request = 0;
  Result<std::vector<std::optional<CommittedOffset>>> offsets;
};
// Answers FindOffsets.
struct OffsetsFound {
  uint64_t request = 0;
  Result<std::vector<int64_t>> offsets;
};
// Answers FindBounds.
struct BoundsFound {
  uint64_t request = 0;
  Result<PartitionInfo> bounds;
};
// Answers ReadRecord: none where the record was deleted; kUnavailable while the offset is not below the end of the
// committed records, because the end of its transaction has not reached this partition yet.
struct RecordRead {
  uint64_t request = 0;
  Result<std::optional<std::string>> value;
};
// Answers CommitOffsets.
struct OffsetsCommitted {
  uint64_t request = 0;
  Result<void> result;
};
// Answers OpenProducer. Every earlier producer of the same transactional id is fenced, and its transactions have ended.
struct ProducerOpened {
  Result<void> result;
};
// Answers Run.
struct TransactionEnded {
  Fate fate = Fate::kUnknown;
  // Whether the producer must not be used again: a request of the transaction may still be under way, and would be
  // taken for one of the next.
  bool retire_producer = false;
  Error error = {};               // unless committed
  bool metadata_refused = false;  // aborted, because an offset's metadata is longer than the brokers allow
  std::vector<RefusedInBatch> refused = {};
};

using ClientEvent = std::variant<Offered, Withdrawn, TakenAway, OutOfRange, OffsetsFetched, OffsetsFound, BoundsFound,
                                 RecordRead, OffsetsCommitted, ProducerOpened, TransactionEnded>;

// Records of one accepted partition, in order.
struct Slice {
  const TopicPartition* partition = nullptr;
  std::span<const Record> records;
  int64_t end = 0;      // the next offset that will be read: after the last record, or after what stands behind it
  int64_t log_end = 0;  // the end of the committed records, as far as is known
};

// The events happened before the records came. Records borrow from the client, until its next Poll.
struct ClientDelivery {
  std::vector<ClientEvent> events;
  std::vector<Slice> slices;

  void Clear() {
    events.clear();
    slices.clear();
  }
};

// One session's part of a cluster. Used by one thread. Only Poll waits; what else is begun is answered through it. An
// Error of kind kUnavailable in an answer may pass, and the call may be repeated; any other will not. Its end leaves
// the group; what runs is given up.
class Client {
 public:
  virtual ~Client() = default;

  // Waits at most so long for something to happen. An error ends the session.
  virtual Result<void> Poll(Duration wait, ClientDelivery& delivery) = 0;
  virtual int WakeFd() const = 0;

  // Now: without member or with a negative generation while the session is no member, and after that until a Poll has
  // told what was taken away: with a new membership, work of the assignment before would not be fenced.
  virtual Membership CurrentMembership() const = 0;

  // Reading of each begins at its offset. Only for the partitions of the last Offered.
  virtual void Accept(std::span<const SourceOffset> starts) = 0;
  virtual void Yield(std::span<const TopicPartition> partitions) = 0;
  virtual void Seek(const TopicPartition& partition, int64_t offset) = 0;
  // Those that are not held are ignored.
  virtual void Pause(std::span<const TopicPartition> partitions) = 0;
  virtual void Resume(std::span<const TopicPartition> partitions) = 0;

  // What the group has committed, position and metadata from one read, after every transaction that was pending on
  // these partitions has ended.
  virtual void FetchOffsets(uint64_t request, std::vector<TopicPartition> partitions) = 0;
  virtual void FindOffsets(uint64_t request, std::vector<TopicPartition> partitions, StartPosition start) = 0;
  virtual void FindBounds(uint64_t request, TopicPartition partition) = 0;
  virtual void ReadRecord(uint64_t request, TopicPartition partition, int64_t offset) = 0;
  // As a member, outside any transaction; fenced by the membership.
  virtual void CommitOffsets(uint64_t request, std::vector<SourceOffset> offsets) = 0;
  // Whether the session is joining its group: what is committed now could be refused, or cost it its partitions.
  virtual bool IsJoining() const { return false; }

  // In place of the one there is, if any.
  virtual void OpenProducer() = 0;
  // One at a time, and only while a producer is open. `transaction`, and what it points to, stay as they are until
  // TransactionEnded, or the client's end. Without exactly-once delivery: writes the records, and leaves the offsets.
  virtual void Run(const Transaction& transaction) = 0;

  // Without what is counted of commits. Any thread.
  virtual SessionHealth Health() const { return {}; }
};

}  // namespace penstock::cluster
