// For tests: what every Log does, whatever is behind it. A test program includes this file, instantiates LogConformance
// with a factory for each implementation, and adds what is special to it.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "log/log.h"
#include "log/test_worker.h"

namespace penstock::conformance {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Where logs may differ.
struct LogTraits {
  bool has_markers = false;  // the end of a transaction takes an offset
  bool is_local = true;      // what was appended can be read at once, of all partitions alike
  // Of records, besides usual ones.
  std::vector<int64_t> odd_timestamps_ms = {-5, INT64_MAX, INT64_MIN};
};

// A log for one test, and what it stands in. Several logs may be opened on the same place.
class LogPlace {
 public:
  virtual ~LogPlace() = default;
  virtual std::unique_ptr<Log> Open() = 0;
  virtual LogTraits traits() const { return {}; }
};
using PlaceFactory = std::function<std::unique_ptr<LogPlace>()>;

class LogConformance : public ::testing::TestWithParam<PlaceFactory> {
 public:
  LogConformance() : place(GetParam()()), log(place->Open()) {}

  void Create(std::string_view topic, int32_t partitions) {
    const Result<void> created = log->CreateTopic(topic, {.partitions = partitions});
    ASSERT_TRUE(created) << created.error().message;
  }
  void Append(const OutBatch& batch) {
    const Result<void> appended = log->Append(batch);
    ASSERT_TRUE(appended) << appended.error().message;
  }
  static SessionOptions Group(std::vector<std::string> topics, StartPosition start = AtStart{}) {
    SessionOptions options;
    options.group = "g";
    options.topics = std::move(topics);
    options.member = "worker";
    options.start = start;
    return options;
  }

  std::unique_ptr<LogPlace> place;
  std::unique_ptr<Log> log;
};

TEST_P(LogConformance, KeepsEveryPartOfARecord) {
  Create("t", 1);
  OutBatch batch;
  const std::vector<Header> headers = {{"a", "1"}, {"a", std::nullopt}, {"", ""}};
  const std::string bytes("\0\xff{", 3);
  const uint32_t topic = batch.TopicNumber("t");
  batch.Add({.topic = topic, .timestamp_ms = 1'700'000'000'000, .key = bytes, .value = "v", .headers = headers});
  const std::vector<int64_t> odd = place->traits().odd_timestamps_ms;
  batch.Add({.topic = topic, .timestamp_ms = odd.at(0), .key = "", .value = std::nullopt});
  batch.Add({.topic = topic, .timestamp_ms = odd.at(1), .key = std::nullopt, .value = ""});
  batch.Add({.topic = topic, .timestamp_ms = odd.at(2), .value = bytes});
  Append(batch);
  const auto reader = log->Read({"t", 0}, AtStart{});
  ASSERT_TRUE(reader);
  const auto records = (*reader)->Read(kNoWait);
  ASSERT_TRUE(records);
  ASSERT_EQ(records->size(), 4);
  for (size_t i = 0; i < 4; ++i) {
    const Record& record = (*records)[i];
    const OutRecord& written = batch.records()[i];
    EXPECT_EQ(record.source, (Source{"t", 0, static_cast<int64_t>(i)}));
    EXPECT_EQ(record.timestamp_ms, written.timestamp_ms);
    EXPECT_EQ(record.key, written.key);
    EXPECT_EQ(record.value, written.value);
    ASSERT_EQ(record.headers.size(), written.headers.size());
    for (size_t h = 0; h < record.headers.size(); ++h) {
      EXPECT_EQ(record.headers[h].name, written.headers[h].name);
      EXPECT_EQ(record.headers[h].value, written.headers[h].value);
    }
  }
}

TEST_P(LogConformance, GivesOffsetsOneAfterAnotherInEachPartition) {
  Create("t", 2);
  Append(Texts("t", 0, {"a", "b"}));
  Append(Texts("t", 1, {"x"}));
  Append(Texts("t", 0, {"c"}));
  EXPECT_THAT(ReadAll(*log, {"t", 0}), ElementsAre("a", "b", "c"));
  EXPECT_THAT(ReadAll(*log, {"t", 1}), ElementsAre("x"));
  EXPECT_THAT(ReadAll(*log, {"t", 0}, AtOffset{1}), ElementsAre("b", "c"));
  EXPECT_THAT(ReadAll(*log, {"t", 0}, AtEnd{}), ElementsAre());
  const auto info = log->FindTopic("t");
  ASSERT_TRUE(info && *info);
  const int64_t marker = place->traits().has_markers ? 1 : 0;
  EXPECT_EQ((*info)->partitions[0].end, 3 + 2 * marker);
  EXPECT_EQ((*info)->partitions[1].end, 1 + marker);
}

TEST_P(LogConformance, PutsRecordsWhereTheirKeysBelong) {
  Create("t", 5);
  OutBatch batch;
  const uint32_t topic = batch.TopicNumber("t");
  for (const char* key : {"a", "b", "c", "d", "e", "f"}) batch.Add({.topic = topic, .key = key, .value = key});
  batch.Add({.topic = topic, .home = 8, .value = "home"});
  Append(batch);
  for (const char* key : {"a", "b", "c", "d", "e", "f"})
    EXPECT_THAT(ReadAll(*log, {"t", PartitionOfKey(key, 5)}), ::testing::Contains(key));
  EXPECT_THAT(ReadAll(*log, {"t", 3}), ::testing::Contains("home"));
}

TEST_P(LogConformance, AppendsAllOfABatchOrNothing) {
  Create("t", 1);
  OutBatch batch = Texts("t", 0, {"a"});
  batch.Add(Text(batch, "nowhere", 0, "b"));
  const Result<void> appended = log->Append(batch);
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(appended.error().message, HasSubstr("nowhere"));
  EXPECT_FALSE(log->Append(Texts("t", 1, {"c"})));
  EXPECT_THAT(ReadAll(*log, {"t", 0}), ElementsAre());
}

TEST_P(LogConformance, FindsTheFirstRecordOfATime) {
  Create("t", 1);
  for (const int64_t base : {100, 200, 300}) {
    OutBatch batch;
    for (int64_t i = 0; i < 3; ++i)
      batch.Add({.topic = batch.TopicNumber("t"), .partition = 0, .timestamp_ms = base + i * 10, .value = "v"});
    Append(batch);
  }
  std::map<int64_t, int64_t> offsets = {{0, 0}, {100, 0}, {101, 1}, {121, 3}, {310, 7}, {999, 9}};
  // A marker has the time at which it was written, which is later than all of these: it stands for the first record.
  if (place->traits().has_markers) offsets[121] = offsets[310] = offsets[999] = 3;
  for (const auto& [time, offset] : offsets) EXPECT_EQ(log->OffsetOf({"t", 0}, AtTime{time}).value(), offset) << time;
}

TEST_P(LogConformance, WakesAReaderThatWaits) {
  Create("t", 1);
  const auto reader = log->Read({"t", 0}, AtEnd{});
  ASSERT_TRUE(reader);
  ASSERT_TRUE((*reader)->Read(kNoWait)->empty());
  const std::unique_ptr<Log> other = place->Open();
  ASSERT_TRUE(other->Append(Texts("t", 0, {"a"})));
  const auto records = (*reader)->Read(std::chrono::seconds(30));
  ASSERT_TRUE(records);
  EXPECT_EQ(records->size(), 1);
}

TEST_P(LogConformance, IsReadableWhenASessionHasSomething) {
  Create("in", 1);
  Worker worker(*log, Group({"in"}));
  ASSERT_TRUE(worker.PollUntil([&] { return worker.held.size() == 1; }));
  const auto wait_for_it = [&] {
    pollfd wake{worker.session().WakeFd(), POLLIN, 0};
    EXPECT_EQ(::poll(&wake, 1, 30'000), 1);
  };
  Append(Texts("in", 0, {"a"}));
  wait_for_it();
  EXPECT_TRUE(worker.PollUntil([&] { return worker.values[{"in", 0}].size() == 1; }));
  std::vector<PartitionWork> work;
  work.push_back(worker.WorkOn({"in", 0}, 1));
  const CommitId id = worker.session().Commit(std::move(work));
  wait_for_it();
  EXPECT_TRUE(worker.PollUntil([&] { return worker.committed.contains(id); }));
}

TEST_P(LogConformance, RefusesNamesAndTopicsThatCannotBe) {
  for (const std::string& name : {std::string(), std::string("a b"), std::string("a/b"), std::string(250, 'a')}) {
    EXPECT_FALSE(log->CreateTopic(name, {})) << name;
    SessionOptions options = Group({"t"});
    options.group = name;
    EXPECT_FALSE(log->Join(options)) << name;
  }
  EXPECT_TRUE(log->CreateTopic(std::string(249, 'a'), {}));
  EXPECT_FALSE(log->CreateTopic("t", {.partitions = 0}));
  Create("t", 1);
  EXPECT_FALSE(log->CreateTopic("t", {}));
  EXPECT_FALSE(log->FindTopic("other").value());
  EXPECT_FALSE(log->Read({"t", 1}, AtStart{}));
  EXPECT_EQ(log->Topics()->size(), 2);
}

TEST_P(LogConformance, DeliversAndCommits) {
  Create("in", 2);
  Create("out", 1);
  Append(Texts("in", 0, Numbers(0, 10)));
  Worker worker(*log, Group({"in"}));
  ASSERT_TRUE(worker.PollUntil([&] { return worker.values[{"in", 0}].size() == 10; }));
  EXPECT_EQ(worker.values[TopicPartition("in", 0)], Numbers(0, 10));
  std::vector<PartitionWork> work;
  work.push_back(worker.WorkOn({"in", 0}, 7));
  work.back().progress.Add(8, 9);
  work.back().records = Texts("out", 0, {"x", "y"});
  EXPECT_THAT(worker.Commit(std::move(work)), ElementsAre());
  EXPECT_THAT(ReadAll(*log, {"out", 0}), ElementsAre("x", "y"));
  worker.Leave();

  Worker next(*log, Group({"in"}));
  ASSERT_TRUE(next.PollUntil([&] { return next.values[{"in", 0}].size() == 2; }));
  EXPECT_THAT(next.values[TopicPartition("in", 0)], ElementsAre("7", "9"));
  EXPECT_EQ(next.held[TopicPartition("in", 0)].progress.EncodeRanges(), "8+1");
}

TEST_P(LogConformance, MovesAPartitionOnlyWhenItsHolderHasReleasedIt) {
  Create("in", 2);
  Append(Texts("in", 0, {"a"}));
  Append(Texts("in", 1, {"b"}));
  Worker first(*log, Group({"in"}));
  ASSERT_TRUE(first.PollUntil([&] { return first.values.size() == 2; }));
  const std::unique_ptr<Log> other = place->Open();
  Worker second(*other, Group({"in"}));
  ASSERT_TRUE(first.PollUntil([&] { return !first.revoking.empty(); }));
  const TopicPartition moved = first.revoking[0];
  second.Poll(kShortWait);
  EXPECT_TRUE(second.held.empty());
  // It is still held: its work can be committed.
  std::vector<PartitionWork> work;
  work.push_back(first.WorkOn(moved, 1));
  EXPECT_THAT(first.Commit(std::move(work)), ElementsAre());
  const Epoch epoch = first.held[moved].epoch;
  first.session().Release(std::vector{moved});
  ASSERT_TRUE(second.PollUntil([&] {
    first.Poll();
    return second.Holds(moved);
  }));
  EXPECT_GT(second.held[moved].epoch, epoch);
  EXPECT_EQ(second.held[moved].progress.position(), 1);
  EXPECT_EQ(second.held.size(), 1);
  // What the first one does of it from now on is fenced, and of the other is not.
  const TopicPartition kept{"in", 1 - moved.partition};
  work.clear();
  work.push_back(first.WorkOn(moved, 1));
  work.back().records = Texts("in", 0, {"fenced"});
  work.push_back(first.WorkOn(kept, 1));
  work.back().records = Texts("in", 0, {"fine"});
  EXPECT_THAT(first.Commit(std::move(work)), ElementsAre(moved));
  EXPECT_THAT(ReadAll(*log, {"in", 0}), ElementsAre("a", "fine"));
}

TEST_P(LogConformance, GivesTheWorkOfOneWhoLeavesToTheOthers) {
  Create("in", 3);
  Worker first(*log, Group({"in"}));
  ASSERT_TRUE(first.PollUntil([&] { return first.held.size() == 3; }));
  Worker second(*log, Group({"in"}));
  ASSERT_TRUE(first.PollUntil([&] { return !first.revoking.empty(); }));
  first.Leave();
  EXPECT_TRUE(second.PollUntil([&] { return second.held.size() == 3; }));
}

TEST_P(LogConformance, PicksUpTopicsThatAppearLater) {
  Create("in", 1);
  Worker worker(*log, Group({"in", "later"}, AtEnd{}));
  ASSERT_TRUE(worker.PollUntil([&] { return worker.held.size() == 1; }));
  Create("later", 2);
  Append(Texts("later", 1, {"a"}));
  EXPECT_TRUE(worker.PollUntil([&] { return worker.values[{"later", 1}].size() == 1; }));
  EXPECT_EQ(worker.held.size(), 3);
}

TEST_P(LogConformance, RemembersTheEndAtWhichAGroupBegan) {
  Create("in", 1);
  Append(Texts("in", 0, {"old"}));
  {
    Worker worker(*log, Group({"in"}, AtEnd{}));
    ASSERT_TRUE(worker.PollUntil([&] { return worker.held.size() == 1; }));
  }
  Append(Texts("in", 0, {"new"}));
  Worker worker(*log, Group({"in"}, AtEnd{}));
  ASSERT_TRUE(worker.PollUntil([&] { return !worker.values.empty(); }));
  EXPECT_THAT(worker.values[TopicPartition("in", 0)], ElementsAre("new"));
}

TEST_P(LogConformance, StartsWhereItIsTold) {
  Create("in", 1);
  OutBatch batch;
  for (int64_t i = 0; i < 4; ++i)
    batch.Add({.topic = batch.TopicNumber("in"), .partition = 0, .timestamp_ms = i * 10, .value = "v"});
  Append(batch);
  const int64_t marker = place->traits().has_markers ? 1 : 0;
  const std::vector<std::pair<StartPosition, int64_t>> cases = {
      {AtStart{}, 0}, {AtOffset{2}, 2}, {AtTime{25}, 3}, {AtEnd{}, 4 + marker}};
  for (const auto& [start, position] : cases) {
    SessionOptions options = Group({"in"}, start);
    options.group = "group-" + std::to_string(position);
    Worker worker(*log, options);
    ASSERT_TRUE(worker.PollUntil([&] { return worker.held.size() == 1; }));
    EXPECT_EQ(worker.held.begin()->second.progress.position(), position);
  }
}

TEST_P(LogConformance, KeepsDeliveriesWithinTheirBounds) {
  Create("in", 2);
  Append(Texts("in", 0, Numbers(0, 1000)));
  Append(Texts("in", 1, Numbers(0, 1000)));
  SessionOptions options = Group({"in"});
  options.fetch_records_max = 7;
  Worker worker(*log, options);
  ASSERT_TRUE(worker.PollUntil([&] { return worker.held.size() == 2; }));
  const auto count = [&] { return worker.values[{"in", 0}].size() + worker.values[{"in", 1}].size(); };
  size_t before = count();
  const auto poll = [&](Duration wait) {
    worker.Poll(wait);
    const size_t now = count();
    ASSERT_LE(now - before, 7);
    before = now;
  };
  if (place->traits().is_local) {
    for (int i = 0; i < 20; ++i) poll(kNoWait);
    EXPECT_GT(worker.values[TopicPartition("in", 0)].size(), 40);
    EXPECT_GT(worker.values[TopicPartition("in", 1)].size(), 40);
  }
  for (int i = 0; i < 2 * kPatience && count() < 2000; ++i) poll(kShortWait);
  EXPECT_EQ(worker.values[TopicPartition("in", 0)], Numbers(0, 1000));
  EXPECT_EQ(worker.values[TopicPartition("in", 1)], Numbers(0, 1000));
}

TEST_P(LogConformance, DescribesAndResetsGroups) {
  Create("in", 2);
  OutBatch batch;
  for (int64_t i = 0; i < 4; ++i)
    batch.Add({.topic = batch.TopicNumber("in"), .partition = 0, .timestamp_ms = i * 10, .value = "v"});
  Append(batch);
  const std::vector<std::string> topics = {"in"};
  const std::map<TopicPartition, int64_t> positions = {{{"in", 0}, 3}};
  {
    Worker worker(*log, Group(topics));
    ASSERT_TRUE(worker.PollUntil([&] { return worker.held.size() == 2; }));
    std::vector<PartitionWork> work;
    work.push_back(worker.WorkOn({"in", 0}, 1));
    work.back().progress.Add(2, 3);
    worker.Commit(std::move(work));
    // A cluster may show a commit a little after it has settled.
    Result<GroupInfo> info = GroupInfo();
    ASSERT_TRUE(worker.PollUntil([&] {
      info = log->DescribeGroup("g", topics, GroupDetail::kTimes);
      return !info || (!info->partitions.empty() && info->partitions[0].progress);
    }));
    ASSERT_TRUE(info);
    ASSERT_EQ(info->partitions.size(), 2);
    EXPECT_EQ(info->partitions[0].progress->position(), 1);
    EXPECT_EQ(info->partitions[0].end, place->traits().has_markers ? 5 : 4);
    EXPECT_EQ(info->partitions[0].next_timestamp_ms, 10);
    EXPECT_EQ(info->partitions[0].member, "worker");
    const auto progress = log->DescribeGroup("g", topics, GroupDetail::kProgress);
    ASSERT_EQ(progress->partitions.size(), 2);
    EXPECT_EQ(progress->partitions[0].progress, info->partitions[0].progress);
    EXPECT_EQ(progress->partitions[1].progress, info->partitions[1].progress);
    EXPECT_FALSE(log->ResetGroup("g", positions));
  }
  EXPECT_THAT(*log->Groups(), ElementsAre("g"));
  ASSERT_TRUE(log->ResetGroup("g", positions));
  const auto info = log->DescribeGroup("g", topics, GroupDetail::kTimes);
  EXPECT_EQ(info->partitions[0].progress, Progress(3));
  EXPECT_EQ(info->partitions[0].member, "");
  EXPECT_FALSE(info->partitions[1].next_timestamp_ms);
}

}  // namespace penstock::conformance
