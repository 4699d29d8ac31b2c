// What every log does with partitions that are paused: part of the tests that log_conformance.h describes.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "log/log_conformance.h"

namespace penstock::conformance {

TEST_P(LogConformance, PausesPartitions) {
  Create("in", 2);
  Worker worker(*log, Group({"in"}));
  ASSERT_TRUE(worker.PollUntil([&] { return worker.held.size() == 2; }));
  worker.session().Pause(std::vector{TopicPartition("in", 0), TopicPartition("none", 0)});
  Append(Texts("in", 0, {"a"}));
  Append(Texts("in", 1, {"b"}));
  ASSERT_TRUE(worker.PollUntil([&] { return worker.values.contains({"in", 1}); }));
  worker.Poll();
  EXPECT_FALSE(worker.values.contains({"in", 0}));
  worker.session().Resume(std::vector{TopicPartition("in", 0)});
  EXPECT_TRUE(worker.PollUntil([&] { return worker.values.contains({"in", 0}); }));
}

// Whoever is behind because of what it does with records is to know by how much.
TEST_P(LogConformance, TellsHowFarAPausedPartitionGoes) {
  Create("in", 2);
  Worker worker(*log, Group({"in"}));
  ASSERT_TRUE(worker.PollUntil([&] { return worker.held.size() == 2; }));
  const std::vector partitions = {TopicPartition("in", 0), TopicPartition("in", 1)};
  worker.session().Pause(partitions);
  Append(Texts("in", 0, Numbers(0, 5)));
  Append(Texts("in", 1, Numbers(0, 7)));
  const auto end = [&](size_t number) { return log->FindTopic("in").value()->partitions[number].end; };
  EXPECT_TRUE(worker.PollUntil(
      [&] { return worker.log_ends[partitions[0]] == end(0) && worker.log_ends[partitions[1]] == end(1); }));
  EXPECT_TRUE(worker.values.empty());
  worker.session().Resume(partitions);
  EXPECT_TRUE(worker.PollUntil([&] { return worker.values[partitions[1]].size() == 7; }));
  EXPECT_EQ(worker.values[partitions[0]], Numbers(0, 5));
}

TEST_P(LogConformance, MissesNothingThatComesWhileItIsPausedAtTheEnd) {
  Create("in", 1);
  const TopicPartition partition("in", 0);
  Append(Texts("in", 0, {"a"}));
  Worker worker(*log, Group({"in"}));
  const int64_t end = log->FindTopic("in").value()->partitions[0].end;
  ASSERT_TRUE(worker.PollUntil([&] { return worker.seen.contains(partition) && worker.seen[partition].end == end; }));
  worker.session().Pause(std::span(&partition, 1));
  Append(Texts("in", 0, {"b", "c"}));
  worker.Poll();
  worker.session().Resume(std::span(&partition, 1));
  EXPECT_TRUE(worker.PollUntil([&] { return worker.values[partition].size() >= 3; }));
  EXPECT_EQ(worker.values[partition], (std::vector<std::string>{"a", "b", "c"}));
}

}  // namespace penstock::conformance
