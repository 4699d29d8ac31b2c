// For tests: a cluster in memory, and clients that are polled while time passes.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "log/sim/sim_client.h"

namespace penstock::sim {

// A client, and what it was told.
struct TestClient {
  std::shared_ptr<Host> host = std::make_shared<Host>();
  std::unique_ptr<cluster::Client> client;
  std::vector<cluster::ClientEvent> events;
  std::vector<std::string> values;  // of all records, in order
  int64_t end = 0;                  // of the last slice

  // The last event of a type; none where there was none.
  template <typename Event>
  const Event* Last() const {
    const Event* last = nullptr;
    for (const cluster::ClientEvent& event : events)
      if (const auto* one = std::get_if<Event>(&event)) last = one;
    return last;
  }
  template <typename Event>
  bool Has() const {
    return Last<Event>() != nullptr;
  }
};

class SimClientFixture : public testing::Test {
 protected:
  SimClientFixture() {
    brokers_.CreateTopic("in", {.partitions = 2});
    brokers_.CreateTopic("out", {.partitions = 1, .record_bytes_max = 10});
  }

  TestClient NewClient(const std::string& name) {
    TestClient made;
    made.host->name = name;
    SimClientOptions options;
    options.session.group = "g";
    options.session.topics = {"in"};
    options.transactional_id = name;
    made.client = MakeSimClient(brokers_, made.host, options);
    return made;
  }

  void Poll(TestClient& one) {
    cluster::ClientDelivery delivery;
    ASSERT_TRUE(one.client->Poll(Duration(0), delivery));
    for (cluster::ClientEvent& event : delivery.events) one.events.push_back(std::move(event));
    for (const cluster::Slice& slice : delivery.slices) {
      for (const Record& record : slice.records) one.values.emplace_back(record.value.value_or(""));
      one.end = slice.end;
    }
  }

  // Lets time pass, until something is so, for at most a minute.
  template <typename Condition>
  bool PollUntil(std::vector<TestClient*> clients, Condition&& condition) {
    const Duration until = scheduler_.now() + std::chrono::minutes(1);
    while (!condition() && scheduler_.now() < until) {
      scheduler_.RunUntil(scheduler_.now() + std::chrono::milliseconds(20));
      for (TestClient* one : clients) Poll(*one);
    }
    return condition();
  }
  template <typename Event>
  const Event* Await(TestClient& one) {
    PollUntil({&one}, [&] { return one.Has<Event>(); });
    return one.Last<Event>();
  }

  // A member that has everything, from the start on, and a producer.
  TestClient Working(const std::string& name) {
    TestClient made = NewClient(name);
    made.client->OpenProducer();
    EXPECT_TRUE(
        PollUntil({&made}, [&] { return made.Has<cluster::ProducerOpened>() && made.Has<cluster::Offered>(); }));
    AcceptAll(made);
    return made;
  }
  static void AcceptAll(TestClient& one) {
    std::vector<cluster::SourceOffset> starts;
    for (const TopicPartition& partition : one.Last<cluster::Offered>()->partitions)
      starts.push_back({partition, 0, {}, {}});
    one.client->Accept(starts);
    one.events.clear();
  }

  void Append(int32_t partition, const std::string& value) {
    OutRecord record;
    record.value = value;
    std::vector<StoredRecord> records;
    records.emplace_back(record);
    brokers_.Find({"in", partition})->Append(std::move(records));
  }

  // Values, in one transaction with an offset of in/0.
  cluster::TransactionEnded Commit(TestClient& one, const std::string& value, int64_t offset,
                                   const cluster::Membership& membership) {
    OutBatch batch;
    batch.Add({.topic = batch.TopicNumber("out"), .value = batch.arena().Copy(value)});
    cluster::Transaction transaction;
    transaction.membership = membership;
    transaction.offsets.push_back({{"in", 0}, offset, "m", {}});
    transaction.batches = {&batch};
    one.events.clear();
    one.client->Run(transaction);
    const auto* const ended = Await<cluster::TransactionEnded>(one);
    EXPECT_NE(ended, nullptr);
    return ended == nullptr ? cluster::TransactionEnded{} : *ended;
  }

  std::vector<std::string> Outputs() {
    std::vector<const Entry*> found;
    brokers_.Find({"out", 0})->Read(0, 1000, found);
    std::vector<std::string> values;
    for (const Entry* entry : found) values.push_back(*entry->record->value);
    return values;
  }
  int64_t CommittedOffset() {
    const OffsetsToCommit& committed = brokers_.OffsetsOf("g").committed();
    const auto found = committed.find({"in", 0});
    return found == committed.end() ? -1 : found->second.offset;
  }

  ManualClock clock_{WallTime(std::chrono::seconds(1'760'000'000))};
  Scheduler scheduler_{clock_};
  Random random_{11};
  Trace trace_{clock_, 0};
  Network network_{scheduler_, random_, trace_};
  SimCluster brokers_{network_, {.metadata_characters_max = 20, .timeouts = {}}};
};

}  // namespace penstock::sim
