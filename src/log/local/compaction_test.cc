#include "log/local/compaction.h"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "base/temporary_directory.h"
#include "log/local/local_log.h"
#include "log/local/upkeep.h"
#include "log/test_worker.h"

namespace penstock::local {
namespace {

using conformance::Worker;

constexpr Duration kDay = std::chrono::hours(24);

class CompactionTest : public ::testing::Test {
 public:
  CompactionTest()
      : log(*OpenLocalLog({.directory = directory.path(), .clock = &clock})),
        store(*Store::Open(directory.path(), Durability::kProcess)) {
    EXPECT_TRUE(log->CreateTopic("t", {.compact = true}));
  }

  void RunUpkeep() {
    const Result<void> done = Upkeep(*store, clock, nullptr).Run();
    ASSERT_TRUE(done) << done.error().message;
  }

  // Records of random keys, some of them tombstones, with values that do not compress; their last ones are remembered.
  void AppendRandom(int rows) {
    for (int row = 0; row < rows; ++row) {
      OutBatch batch;
      const int64_t now = clock.Now().time_since_epoch() / std::chrono::milliseconds(1);
      for (int i = 0; i < 100; ++i) {
        std::string key = std::to_string(random() % 50);
        std::optional<std::string> value;
        if (random() % 10 != 0) {
          value.emplace(200, 0);
          for (char& byte : *value) byte = static_cast<char>(random());
        }
        OutRecord record{.topic = batch.TopicNumber("t"), .partition = 0, .timestamp_ms = now};
        record.key = batch.arena().Copy(key);
        if (value) record.value = batch.arena().Copy(*value);
        batch.Add(record);
        last[key] = {next_offset++, value};
      }
      ASSERT_TRUE(log->Append(batch));
    }
  }

  struct Last {
    int64_t offset = 0;
    std::optional<std::string> value;
  };
  using Records = std::multimap<std::string, Last>;
  Records Read() {
    Records found;
    const std::unique_ptr<Reader> reader = *log->Read({"t", 0}, AtStart{});
    while (true) {
      const auto records = reader->Read(Duration(0));
      EXPECT_TRUE(records);
      if (!records || records->empty()) return found;
      for (const Record& record : *records) {
        Last one{record.source.offset, std::nullopt};
        if (record.value) one.value = *record.value;
        found.emplace(*record.key, one);
      }
    }
  }

  TemporaryDirectory directory;
  ManualClock clock{WallTime(std::chrono::hours(400'000))};
  std::unique_ptr<Log> log;
  std::unique_ptr<Store> store;
  std::mt19937 random{5};
  int64_t next_offset = 0;
  std::map<std::string, Last> last;
};

TEST_F(CompactionTest, KeepsTheNewestRecordOfEachKeyAtItsOffset) {
  for (int round = 0; round < 4; ++round) {
    AppendRandom(120);
    const int64_t before = (*log->FindTopic("t"))->bytes;
    RunUpkeep();
    EXPECT_LT((*log->FindTopic("t"))->bytes, before / 10);
    const Records found = Read();
    ASSERT_EQ(found.size(), last.size()) << "round " << round;
    for (const auto& [key, one] : last) {
      ASSERT_EQ(found.count(key), 1);
      EXPECT_EQ(found.find(key)->second.offset, one.offset);
      EXPECT_EQ(found.find(key)->second.value, one.value);
    }
  }
}

TEST_F(CompactionTest, RemovesTombstonesAfterADay) {
  AppendRandom(120);
  RunUpkeep();
  clock.Advance(kDay + std::chrono::hours(1));
  OutBatch batch;
  for (int i = 0; i < 10'000; ++i) {
    std::string value(200, 0);
    for (char& byte : value) byte = static_cast<char>(random());
    OutRecord record{.topic = batch.TopicNumber("t"), .partition = 0, .key = "new"};
    record.value = batch.arena().Copy(value);
    batch.Add(record);
  }
  ASSERT_TRUE(log->Append(batch));
  RunUpkeep();
  const Records found = Read();
  EXPECT_EQ(found.count("new"), 1);
  for (const auto& [key, one] : last) EXPECT_EQ(found.count(key), one.value ? 1 : 0) << key;
}

TEST_F(CompactionTest, CountsWhatItTookAsDone) {
  AppendRandom(120);
  RunUpkeep();
  SessionOptions options;
  options.group = "g";
  options.topics = {"t"};
  Worker worker(*log, options);
  ASSERT_TRUE(worker.PollUntil([&] { return worker.seen[{"t", 0}].end == next_offset; }));
  EXPECT_EQ(worker.seen[TopicPartition("t", 0)].begin, 0);
  EXPECT_EQ(worker.values[TopicPartition("t", 0)].size(), last.size());
}

}  // namespace
}  // namespace penstock::local
