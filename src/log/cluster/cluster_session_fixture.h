// For tests: a session over a scripted client.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "log/cluster/cluster_session.h"
#include "log/cluster/offset_note.h"
#include "log/cluster/scripted_client.h"

namespace penstock::cluster {

inline const TopicPartition kP0{"in", 0};
inline const TopicPartition kP1{"in", 1};

class ClusterSessionTest : public ::testing::Test {
 public:
  void Open(bool exactly_once = true, StartPosition start = AtStart{}, const Logger* logger = nullptr) {
    ClusterSessionOptions options;
    options.session.group = "g";
    options.session.topics = {"in"};
    options.id = "me";
    options.spill_topic = "spills";
    options.session.exactly_once = exactly_once;
    options.session.start = start;
    options.clock = &clock;
    options.logger = logger;
    session = MakeClusterSession(std::make_unique<ScriptedClient>(journal, next, membership), options);
  }

  // One poll, and what was asked of the client since the last one.
  std::vector<std::string> Poll() {
    const Result<void> polled = session->Poll(Duration(0), delivery);
    EXPECT_TRUE(polled) << polled.error().message;
    return std::exchange(journal.calls, {});
  }
  std::string PollError() {
    const Result<void> polled = session->Poll(Duration(0), delivery);
    return polled ? "" : polled.error().message;
  }
  template <typename Event>
  std::vector<std::string> PollWith(Event event) {
    next.events.emplace_back(std::move(event));
    return Poll();
  }
  template <typename Event>
  std::vector<Event> Told() const {
    std::vector<Event> events;
    for (const SessionEvent& event : delivery.events)
      if (const auto* const one = std::get_if<Event>(&event)) {
        if constexpr (std::is_copy_constructible_v<Event>) events.push_back(*one);
      }
    return events;
  }
  template <typename Event>
  size_t Count() const {
    return std::count_if(delivery.events.begin(), delivery.events.end(),
                         [](const SessionEvent& event) { return std::holds_alternative<Event>(event); });
  }

  OffsetsFetched Offsets(std::vector<std::optional<CommittedOffset>> offsets) const {
    return {journal.request, std::move(offsets)};
  }
  static tl::unexpected<Error> Passing() { return Fail(ErrorKind::kUnavailable, "passing"); }

  // Until partitions 0 and 1 are held, at offset 10, in generation 3, with a producer.
  void Hold() {
    membership = {"m", 3};
    PollWith(Offered{{kP0, kP1}});
    PollWith(Offsets({CommittedOffset{10, ""}, CommittedOffset{10, ""}}));
    ASSERT_EQ(Count<Assigned>(), 2);
    PollWith(ProducerOpened{});
    epoch = Told<Assigned>().empty() ? 3 : Told<Assigned>()[0].epoch;
  }
  CommitId Commit(std::vector<std::pair<TopicPartition, int64_t>> positions) {
    std::vector<PartitionWork> work;
    for (const auto& [partition, position] : positions) {
      OutBatch records;
      records.Add({.topic = records.TopicNumber("out"), .value = "v"});
      work.push_back({partition, epoch, Progress(position), std::move(records)});
    }
    return session->Commit(std::move(work));
  }
  OffsetNote NoteOf(size_t offset) const {
    return DecodeNote(journal.transaction->offsets[offset].metadata).value().value();
  }

  ManualClock clock;
  ClientJournal journal;
  ClientDelivery next;
  Membership membership;
  std::unique_ptr<Session> session;
  Delivery delivery;
  Epoch epoch = 3;
};

}  // namespace penstock::cluster
