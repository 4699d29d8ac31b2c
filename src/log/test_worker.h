// For tests of logs: short ways to write, read and work.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "log/log.h"

namespace penstock::conformance {

constexpr Duration kNoWait{0};
constexpr Duration kShortWait = std::chrono::milliseconds(20);
// Of polls, each of which may wait for a short time: what has not happened by then does not happen.
constexpr int kPatience = 500;

inline OutRecord Text(OutBatch& batch, std::string_view topic, int32_t partition, std::string_view value) {
  return {.topic = batch.TopicNumber(topic), .partition = partition, .value = batch.arena().Copy(value)};
}

inline OutBatch Texts(std::string_view topic, int32_t partition, const std::vector<std::string>& values) {
  OutBatch batch;
  for (const std::string& value : values) batch.Add(Text(batch, topic, partition, value));
  return batch;
}

// Numbers from `begin` on, as texts.
inline std::vector<std::string> Numbers(int begin, int end) {
  std::vector<std::string> numbers;
  for (int i = begin; i < end; ++i) numbers.push_back(std::to_string(i));
  return numbers;
}

// What is in a partition now, or `limit` of it.
inline std::vector<std::string> ReadAll(Log& log, const TopicPartition& partition, StartPosition start = AtStart{},
                                        size_t limit = SIZE_MAX) {
  std::vector<std::string> values;
  Result<std::unique_ptr<Reader>> reader = log.Read(partition, start);
  EXPECT_TRUE(reader) << reader.error().message;
  while (reader && values.size() < limit) {
    const Result<std::span<const Record>> records = (*reader)->Read(kNoWait);
    EXPECT_TRUE(records) << records.error().message;
    if (!records || records->empty()) break;
    for (const Record& record : *records) values.emplace_back(record.value.value_or("(none)"));
  }
  return values;
}

// A session, and all that it was told.
class Worker {
 public:
  Worker(Log& log, SessionOptions options) {
    Result<std::unique_ptr<Session>> joined = log.Join(options);
    EXPECT_TRUE(joined) << joined.error().message;
    if (joined) session_ = *std::move(joined);
  }

  Session& session() { return *session_; }
  void Leave() { session_.reset(); }

  // One poll.
  void Poll(Duration wait = kNoWait) {
    Delivery delivery;
    const Result<void> polled = session_->Poll(wait, delivery);
    ASSERT_TRUE(polled) << polled.error().message;
    for (const SessionEvent& event : delivery.events) std::visit([this](const auto& one) { Note(one); }, event);
    for (const Fetched& fetched : delivery.fetched) Note(fetched);
  }

  // Polls until something is so.
  template <typename Condition>
  bool PollUntil(Condition&& condition) {
    for (int i = 0; i < kPatience && !condition(); ++i) Poll(kShortWait);
    return condition();
  }

  bool Holds(const TopicPartition& partition) const { return held.contains(partition); }

  // Commits what was read of a partition, with these records, and returns what was fenced.
  std::vector<TopicPartition> Commit(std::vector<PartitionWork> work) {
    const CommitId id = session_->Commit(std::move(work));
    EXPECT_TRUE(PollUntil([&] { return committed.contains(id); }));
    return committed[id];
  }
  PartitionWork WorkOn(const TopicPartition& partition, int64_t position) {
    return {.partition = partition, .epoch = held.at(partition).epoch, .progress = Progress(position), .records = {}};
  }

  std::map<TopicPartition, Assigned> held;
  std::vector<TopicPartition> revoking;
  std::vector<TopicPartition> lost;
  std::map<CommitId, std::vector<TopicPartition>> committed;
  std::map<CommitId, std::vector<RefusedRecord>> refused;
  std::map<TopicPartition, std::vector<std::string>> values;
  std::map<TopicPartition, OffsetRange> seen;  // by the last deliveries, together
  std::map<TopicPartition, int64_t> log_ends;  // as the last of them told
  int64_t lost_records = 0;

 private:
  void Note(const Assigned& event) {
    EXPECT_FALSE(held.contains(event.partition));
    held[event.partition] = event;
    values.erase(event.partition);
    seen.erase(event.partition);
  }
  void Note(const Revoking& event) { revoking.push_back(event.partition); }
  void Note(const Lost& event) {
    EXPECT_EQ(held.at(event.partition).epoch, event.epoch);
    held.erase(event.partition);
    lost.push_back(event.partition);
  }
  void Note(const Committed& event) { committed[event.id] = event.fenced; }
  void Note(const Refused& event) { refused[event.id] = event.records; }
  void Note(const Fetched& fetched) {
    const TopicPartition& partition = *fetched.partition;
    EXPECT_EQ(held.at(partition).epoch, fetched.epoch);
    auto [range, first] = seen.try_emplace(partition, OffsetRange{fetched.begin, fetched.begin});
    EXPECT_EQ(range->second.end, fetched.begin) << "a gap between deliveries";
    for (const Record& record : fetched.records) {
      EXPECT_GE(record.source.offset, range->second.end);
      EXPECT_LT(record.source.offset, fetched.end);
      EXPECT_EQ(record.source.topic, partition.topic);
      EXPECT_EQ(record.source.partition, partition.partition);
      values[partition].emplace_back(record.value.value_or("(none)"));
    }
    range->second.end = fetched.end;
    log_ends[partition] = fetched.log_end;
    lost_records += fetched.lost;
  }

  std::unique_ptr<Session> session_;
};

}  // namespace penstock::conformance
