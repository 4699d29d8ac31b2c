// What a pipeline reads from and writes to: topics of partitions of records, and groups of those who work on them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "event/record.h"
#include "log/out_batch.h"
#include "log/partition.h"
#include "log/progress.h"
#include "log/session.h"

namespace penstock {

struct TopicOptions {
  int32_t partitions = 1;
  int32_t replication = 0;        // 0: what the log does by default. The embedded log has no replicas and ignores it
  bool compact = false;           // keeps the last record of each key, instead of the records of the last time
  int64_t retention_ms = -1;      // -1: for ever
  int64_t retention_bytes = -1;   // of each partition; -1: without bound
  int64_t record_bytes_max = -1;  // a larger record is refused; -1: what the log allows
};

struct PartitionInfo {
  int64_t begin = 0;  // the first offset that is there, or where that would be
  int64_t end = 0;    // after the last committed record
};

struct TopicInfo {
  std::string name;
  TopicOptions options;
  std::vector<PartitionInfo> partitions;
  int64_t bytes = -1;  // on disk; -1 where the log does not say
};

// Where reading begins.
struct AtStart {};
struct AtEnd {};
struct AtTime {
  int64_t timestamp_ms = 0;  // the first record of this time or later
};
struct AtOffset {
  int64_t offset = 0;
};
using StartPosition = std::variant<AtStart, AtEnd, AtTime, AtOffset>;

struct GroupPartition {
  TopicPartition partition;
  std::optional<Progress> progress;  // none: nobody held the partition yet
  int64_t begin = 0;                 // of the partition
  int64_t end = 0;
  // Of the first record that is not done: the lag in time is what lies between it and now. None where there is none.
  std::optional<int64_t> next_timestamp_ms;
  std::string member;  // who holds it; empty where nobody does
};

enum class GroupDetail : uint8_t {
  kProgress,   // of a partition only what the group has done; the rest may be missing, where it has to be asked for
  kPositions,  // all but next_timestamp_ms
  kTimes,      // next_timestamp_ms too, for which records are read
};

struct GroupInfo {
  std::string name;
  std::vector<GroupPartition> partitions;  // in order
};

// Reads one partition, outside any group.
class Reader {
 public:
  virtual ~Reader() = default;

  // The next committed records in order, waiting for them at most so long; none at the end. They borrow from the
  // reader, until the next call.
  virtual Result<std::span<const Record>> Read(Duration wait) = 0;
};

struct SessionOptions {
  std::string group;
  std::vector<std::string> topics;
  std::string member;               // a name for people, such as host/process/worker
  StartPosition start = AtStart{};  // where the group has no progress
  std::vector<std::string> writes;  // the topics that commits may write to, as far as they are known
  bool exactly_once = true;         // else records may be there before the progress that goes with them, and twice
  Duration progress_lag_max = std::chrono::milliseconds(100);  // how much later, then; what is done is sent at once
  bool out_of_order = false;                                   // whether progress may have ranges above its position
  size_t fetch_bytes_max = 4 << 20;                            // of one delivery, unless a single record is larger
  size_t fetch_records_max = 4096;                             // of one delivery
};

// Used by many threads at once. Names of topics and groups: 1 to 249 of the characters a-z A-Z 0-9 . _ - (Kafka's).
class Log {
 public:
  virtual ~Log() = default;

  virtual Result<std::vector<TopicInfo>> Topics() = 0;
  // Nothing where there is no such topic.
  virtual Result<std::optional<TopicInfo>> FindTopic(std::string_view name) = 0;
  // An error if it is there already.
  virtual Result<void> CreateTopic(std::string_view name, const TopicOptions& options) = 0;

  // Appends all of the records, or none. When it returns, they are as durable as the log makes them.
  virtual Result<void> Append(const OutBatch& batch) = 0;

  virtual Result<std::unique_ptr<Reader>> Read(const TopicPartition& partition, StartPosition start) = 0;

  virtual Result<std::unique_ptr<Session>> Join(const SessionOptions& options) = 0;

  virtual Result<std::vector<std::string>> Groups() = 0;
  // Of these topics, also where nothing of them was committed yet.
  virtual Result<GroupInfo> DescribeGroup(std::string_view group, std::span<const std::string> topics,
                                          GroupDetail detail) = 0;
  // Sets positions. Refused while the group has members.
  virtual Result<void> ResetGroup(std::string_view group, const std::map<TopicPartition, int64_t>& positions) = 0;
  // Of the first record at or after the start, or the end.
  virtual Result<int64_t> OffsetOf(const TopicPartition& partition, StartPosition start) = 0;
};

}  // namespace penstock
