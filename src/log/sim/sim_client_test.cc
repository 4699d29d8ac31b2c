#include "log/sim/sim_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "log/sim/sim_client_fixture.h"

namespace penstock::sim {
namespace {

using cluster::Fate;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class SimClientTest : public SimClientFixture {};

TEST_F(SimClientTest, ReadsWhatItWasOffered) {
  TestClient one = NewClient("a");
  EXPECT_FALSE(one.client->CurrentMembership().IsFenced());
  ASSERT_NE(Await<cluster::Offered>(one), nullptr);
  EXPECT_EQ(one.Last<cluster::Offered>()->partitions.size(), 2U);
  EXPECT_TRUE(one.client->CurrentMembership().IsFenced());
  Append(0, "x");
  PollUntil({&one}, [&] { return !one.values.empty(); });
  EXPECT_THAT(one.values, IsEmpty());  // not accepted yet
  AcceptAll(one);
  EXPECT_TRUE(PollUntil({&one}, [&] { return one.values.size() == 1; }));
  EXPECT_EQ(one.end, 1);
}

TEST_F(SimClientTest, ReadsNothingOfWhatIsPaused) {
  TestClient one = Working("a");
  const TopicPartition zero{"in", 0};
  one.client->Pause({&zero, 1});
  Append(0, "x");
  EXPECT_FALSE(PollUntil({&one}, [&] { return !one.values.empty(); }));
  one.client->Resume({&zero, 1});
  EXPECT_TRUE(PollUntil({&one}, [&] { return !one.values.empty(); }));
}

TEST_F(SimClientTest, CommitsRecordsAndOffsetsTogether) {
  TestClient one = Working("a");
  const cluster::TransactionEnded ended = Commit(one, "x", 5, one.client->CurrentMembership());
  EXPECT_EQ(ended.fate, Fate::kCommitted);
  EXPECT_FALSE(ended.retire_producer);
  EXPECT_TRUE(PollUntil({&one}, [&] { return CommittedOffset() == 5 && !Outputs().empty(); }));
  one.client->FetchOffsets(3, {{"in", 0}, {"in", 1}});
  const auto* const fetched = Await<cluster::OffsetsFetched>(one);
  ASSERT_TRUE(fetched != nullptr && fetched->offsets);
  EXPECT_EQ(fetched->request, 3U);
  EXPECT_EQ((*fetched->offsets)[0]->metadata, "m");
  EXPECT_FALSE((*fetched->offsets)[1]);
}

TEST_F(SimClientTest, AppendsTheOffsetOfASpillToTheMetadata) {
  TestClient one = Working("a");
  Append(1, "there already");
  cluster::Transaction transaction;
  transaction.membership = one.client->CurrentMembership();
  for (const char* spill : {"first", "second"})
    transaction.spills.Add({.topic = transaction.spills.TopicNumber("in"), .partition = 1, .value = spill});
  transaction.offsets.push_back({{"in", 0}, 7, "at ", 1});
  one.client->Run(transaction);
  ASSERT_NE(Await<cluster::TransactionEnded>(one), nullptr);
  ASSERT_TRUE(PollUntil({&one}, [&] { return CommittedOffset() == 7; }));
  EXPECT_EQ(brokers_.OffsetsOf("g").committed().at({"in", 0}).metadata, "at 2");
  one.client->ReadRecord(9, {"in", 1}, 2);
  ASSERT_NE(Await<cluster::RecordRead>(one), nullptr);
  EXPECT_EQ(one.Last<cluster::RecordRead>()->value.value(), "second");
}

TEST_F(SimClientTest, AbortsWhatAnEarlierGenerationCommits) {
  TestClient one = Working("a");
  cluster::Membership earlier = one.client->CurrentMembership();
  --earlier.generation;
  const cluster::TransactionEnded ended = Commit(one, "x", 5, earlier);
  EXPECT_EQ(ended.fate, Fate::kAborted);
  EXPECT_EQ(ended.error.kind, ErrorKind::kUnavailable);
  EXPECT_FALSE(ended.retire_producer);
  EXPECT_EQ(Commit(one, "y", 6, one.client->CurrentMembership()).fate, Fate::kCommitted);
  EXPECT_TRUE(PollUntil({&one}, [&] { return CommittedOffset() == 6 && !Outputs().empty(); }));
  EXPECT_THAT(Outputs(), ElementsAre("y"));
}

TEST_F(SimClientTest, RefusesWhatIsTooLarge) {
  TestClient one = Working("a");
  const cluster::TransactionEnded ended = Commit(one, std::string(11, 'x'), 5, one.client->CurrentMembership());
  EXPECT_EQ(ended.fate, Fate::kAborted);
  ASSERT_EQ(ended.refused.size(), 1U);
  EXPECT_EQ(ended.refused[0].batch, 0U);
  cluster::Transaction transaction;
  transaction.membership = one.client->CurrentMembership();
  transaction.offsets.push_back({{"in", 0}, 5, std::string(21, 'm'), {}});
  one.events.clear();
  one.client->Run(transaction);
  ASSERT_NE(Await<cluster::TransactionEnded>(one), nullptr);
  EXPECT_TRUE(one.Last<cluster::TransactionEnded>()->metadata_refused);
  EXPECT_EQ(CommittedOffset(), -1);
}

TEST_F(SimClientTest, IsFencedByANewProducerOfTheSameName) {
  TestClient one = Working("a");
  TestClient two = NewClient("a");
  two.client->OpenProducer();
  ASSERT_NE(Await<cluster::ProducerOpened>(two), nullptr);
  const cluster::TransactionEnded ended = Commit(one, "x", 5, one.client->CurrentMembership());
  EXPECT_EQ(ended.fate, Fate::kAborted);
  EXPECT_TRUE(ended.retire_producer);
}

TEST_F(SimClientTest, DoesNotKnowTheFateOfACommitThatIsNotAnswered) {
  TestClient one = Working("a");
  network_.SetFaults({.lost_back = 1000});
  const cluster::TransactionEnded ended = Commit(one, "x", 5, one.client->CurrentMembership());
  // Nothing gets an answer: it was given up long before the commit.
  EXPECT_EQ(ended.fate, Fate::kAborted);
  EXPECT_TRUE(ended.retire_producer);
  network_.SetFaults({});
  one.client->OpenProducer();
  ASSERT_TRUE(PollUntil({&one}, [&] { return brokers_.transactions().IsIdle(); }));
  EXPECT_THAT(Outputs(), IsEmpty());
}

TEST_F(SimClientTest, HandsPartitionsOverWhenTheyAreYielded) {
  TestClient one = Working("a");
  TestClient two = NewClient("b");
  ASSERT_TRUE(PollUntil({&one, &two}, [&] { return one.Has<cluster::Withdrawn>(); }));
  const std::vector<TopicPartition> moving = one.Last<cluster::Withdrawn>()->partitions;
  ASSERT_EQ(moving.size(), 1U);
  const cluster::Membership before = one.client->CurrentMembership();
  EXPECT_FALSE(two.Has<cluster::Offered>());
  one.client->Yield(moving);
  ASSERT_TRUE(PollUntil({&one, &two}, [&] { return two.Has<cluster::Offered>(); }));
  EXPECT_EQ(two.Last<cluster::Offered>()->partitions, moving);
  EXPECT_GT(one.client->CurrentMembership().generation, before.generation);
}

TEST_F(SimClientTest, LosesWhatItHasWhenItWasStoppedForTooLong) {
  TestClient one = Working("a");
  TestClient two = NewClient("b");
  one.host->stopped_until = scheduler_.now() + seconds(30);
  ASSERT_TRUE(PollUntil({&two}, [&] { return two.Has<cluster::Offered>(); }));
  EXPECT_EQ(two.Last<cluster::Offered>()->partitions.size(), 2U);
  EXPECT_TRUE(one.client->CurrentMembership().IsFenced());  // as far as it knows
  ASSERT_TRUE(PollUntil({&one, &two}, [&] { return one.Has<cluster::TakenAway>(); }));
  EXPECT_EQ(one.Last<cluster::TakenAway>()->partitions.size(), 2U);
}

// Otherwise work that was begun before would be committed with a membership that is right.
TEST_F(SimClientTest, JoinsAnewOnlyWhenItHasToldWhatWasTaken) {
  TestClient one = Working("a");
  brokers_.MembersOf("g").Leave(one.client->CurrentMembership().member, scheduler_.now());
  scheduler_.RunUntil(scheduler_.now() + seconds(5));
  EXPECT_FALSE(one.client->CurrentMembership().IsFenced());
  Poll(one);
  EXPECT_TRUE(one.Has<cluster::TakenAway>());
  scheduler_.RunUntil(scheduler_.now() + seconds(1));
  EXPECT_TRUE(one.client->CurrentMembership().IsFenced());
}

TEST_F(SimClientTest, LeavesWhenItIsNotPolled) {
  TestClient one = Working("a");
  const int32_t generation = brokers_.MembersOf("g").generation();
  scheduler_.RunUntil(scheduler_.now() + seconds(17));
  EXPECT_EQ(brokers_.MembersOf("g").size(), 0U);
  ASSERT_TRUE(PollUntil({&one}, [&] { return one.Has<cluster::Offered>(); }));
  EXPECT_TRUE(one.Has<cluster::TakenAway>());
  EXPECT_GT(one.client->CurrentMembership().generation, generation);
}

TEST_F(SimClientTest, SaysThatItIsOutOfRangeAndSeeks) {
  for (const char* value : {"a", "b", "c"}) Append(0, value);
  brokers_.Find({"in", 0})->DeleteBefore(2);
  TestClient one = Working("a");
  ASSERT_NE(Await<cluster::OutOfRange>(one), nullptr);
  EXPECT_EQ(one.Last<cluster::OutOfRange>()->position, 0);
  one.client->FindBounds(4, {"in", 0});
  ASSERT_NE(Await<cluster::BoundsFound>(one), nullptr);
  EXPECT_EQ(one.Last<cluster::BoundsFound>()->bounds->begin, 2);
  one.client->Seek({"in", 0}, 2);
  EXPECT_TRUE(PollUntil({&one}, [&] { return !one.values.empty(); }));
  EXPECT_THAT(one.values, ElementsAre("c"));
}

TEST_F(SimClientTest, WaitsForOffsetsThatArePending) {
  TestClient one = Working("a");
  brokers_.transactions().SetMarkerDelay(3'000);
  Commit(one, "x", 5, one.client->CurrentMembership());
  one.client->FetchOffsets(1, {{"in", 0}});
  const auto* const fetched = Await<cluster::OffsetsFetched>(one);
  ASSERT_TRUE(fetched != nullptr && fetched->offsets);
  EXPECT_EQ((*fetched->offsets)[0]->offset, 5);
}

TEST_F(SimClientTest, CommitsOffsetsAsAMember) {
  TestClient one = Working("a");
  one.client->CommitOffsets(8, {{{"in", 0}, 4, "m", {}}});
  ASSERT_NE(Await<cluster::OffsetsCommitted>(one), nullptr);
  EXPECT_TRUE(one.Last<cluster::OffsetsCommitted>()->result);
  EXPECT_EQ(CommittedOffset(), 4);
  one.client->FindOffsets(2, {{"in", 0}}, AtEnd{});
  ASSERT_NE(Await<cluster::OffsetsFound>(one), nullptr);
  EXPECT_THAT(one.Last<cluster::OffsetsFound>()->offsets.value(), ElementsAre(0));
}

TEST_F(SimClientTest, LeavesTheGroupAtItsEndUnlessItIsKilled) {
  TestClient one = Working("a");
  TestClient two = NewClient("b");
  two.host->alive = false;
  two.client.reset();
  one.client.reset();
  scheduler_.RunUntil(scheduler_.now() + milliseconds(100));
  EXPECT_LE(brokers_.MembersOf("g").size(), 1U);  // the killed one's request to join may have come
  scheduler_.RunUntil(scheduler_.now() + seconds(11));
  EXPECT_EQ(brokers_.MembersOf("g").size(), 0U);
}

TEST_F(SimClientTest, EndsALoopThatWaitsForTimeToPass) {
  TestClient one = Working("a");
  cluster::ClientDelivery delivery;
  int polls = 0;
  while (polls < 100'000 && one.client->Poll(seconds(1), delivery)) ++polls;
  EXPECT_LT(polls, 100'000);
}

}  // namespace
}  // namespace penstock::sim
