// A member of a consumer group, and what it is told.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "event/record.h"
#include "log/out_batch.h"
#include "log/partition.h"
#include "log/progress.h"

namespace penstock {

using CommitId = uint64_t;

// The partition is the session's from now on; its records follow, from the progress' position on, without those in the
// progress' ranges.
struct Assigned {
  TopicPartition partition;
  Epoch epoch = 0;
  Progress progress;
};

// Another member is to have the partition: no more of its records come. To be answered by Release(), once what was done
// of it is committed; until then it is held.
struct Revoking {
  TopicPartition partition;
  Epoch epoch = 0;
};

// Someone else has the partition already. What was not committed of it is to be thrown away: it will be done again.
struct Lost {
  TopicPartition partition;
  Epoch epoch = 0;
};

// A commit has become durable, but for what it held of the partitions in `fenced`, which were held no longer.
struct Committed {
  CommitId id = 0;
  std::vector<TopicPartition> fenced;
};

// What a session does for one partition in one commit. Of a partition that is no longer held in this epoch, nothing of
// it is committed.
struct PartitionWork {
  TopicPartition partition;
  Epoch epoch = 0;
  Progress progress;  // the whole of it, not what was added
  OutBatch records;
};

// A record that the log refuses however often it is sent, as one that is larger than its topic allows.
struct RefusedRecord {
  size_t work = 0;    // of Refused::work
  size_t record = 0;  // of its records
  std::string reason;
};

// Nothing of a commit was written, because of these records. The work comes back: with other records in their place it
// may be committed again.
struct Refused {
  CommitId id = 0;
  std::vector<PartitionWork> work;
  std::vector<RefusedRecord> records;
};

using SessionEvent = std::variant<Assigned, Revoking, Lost, Committed, Refused>;

// Records of one partition, in order.
struct Fetched {
  const TopicPartition* partition = nullptr;  // valid as long as the records
  Epoch epoch = 0;
  // The offsets that this looked at: [begin, end). Those of them without a record count as done. Where there are none,
  // all it tells is log_end: of a partition that is paused, now and then.
  int64_t begin = 0;
  int64_t end = 0;
  int64_t lost = 0;     // so many of them, from `begin` on, retention deleted before they were read
  int64_t log_end = 0;  // the end of the committed records, as far as is known: the lag is what lies between
  std::span<const Record> records;
};

// What one Poll brought. The events happened before the records came. Records borrow from the session, until its next
// Poll.
struct Delivery {
  std::vector<SessionEvent> events;
  std::vector<Fetched> fetched;

  void Clear() {
    events.clear();
    fetched.clear();
  }
};

// How a session gets on with its log: what an operator looks at when a pipeline is slow. Of a log without brokers, only
// what it counts of commits.
struct SessionHealth {
  int64_t brokers_up = 0;  // connections to brokers, of those that the session has reason to speak to
  int64_t brokers_down = 0;
  int64_t round_trip_p99_us = 0;  // of a request to the slowest broker, over the last seconds
  uint64_t request_retries = 0;   // requests that were sent again
  uint64_t aborted_attempts = 0;  // attempts to commit that were undone, and made again
  uint64_t unknown_outcomes = 0;  // attempts to commit of which it had to be found out what became
};

// One member of a consumer group, with the producer that commits its work. Used by one worker thread. Its end leaves
// the group at once; what was not committed is thrown away.
class Session {
 public:
  virtual ~Session() = default;

  // Fills `delivery` with what happened and what came, after waiting for it at most so long. An error is one that the
  // session cannot recover from: the log is unusable, or a commit can never succeed. Call it several times a second,
  // also when all is paused: it keeps the session alive.
  virtual Result<void> Poll(Duration wait, Delivery& delivery) = 0;

  // Readable when Poll has something; joins the worker's event loop. The session's own.
  virtual int WakeFd() const = 0;

  // No records of these partitions come until they are resumed. Those that are not held are ignored.
  virtual void Pause(std::span<const TopicPartition> partitions) = 0;
  virtual void Resume(std::span<const TopicPartition> partitions) = 0;

  // Answers Revoking.
  virtual void Release(std::span<const TopicPartition> partitions) = 0;

  // Appends the records and replaces the progress of all these partitions, as one atomic unit. Returns at once; the
  // outcome comes through Poll, as Committed or Refused. One commit at a time: the next may be begun after that.
  virtual CommitId Commit(std::vector<PartitionWork> work) = 0;

  // Any thread.
  virtual SessionHealth Health() const { return {}; }
};

}  // namespace penstock
