#include "log/sim/transaction_coordinator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace penstock::sim {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::UnorderedElementsAre;

const TopicPartition kOut{"out", 0};
const TopicPartition kOffsets{"offsets", 0};

class TransactionCoordinatorTest : public testing::Test {
 protected:
  ProducerIdentity Open() {
    const TransactionCoordinator::Opened opened = coordinator_.Open("id", seconds(10));
    EXPECT_EQ(opened.code, Code::kOk);
    return opened.producer;
  }
  Code Add(ProducerIdentity producer) { return coordinator_.Add("id", producer, {kOut, kOffsets}); }
  Code Commit(ProducerIdentity producer) { return coordinator_.End("id", producer, true); }
  Code Abort(ProducerIdentity producer) { return coordinator_.End("id", producer, false); }
  void WriteMarkers() { scheduler_.RunUntil(scheduler_.now() + milliseconds(10)); }

  ManualClock clock_;
  Scheduler scheduler_{clock_};
  Random random_{1};
  std::vector<std::string> markers_;
  TransactionCoordinator coordinator_{
      scheduler_, random_, [this](const TopicPartition& participant, ProducerIdentity producer, bool commit) {
        markers_.push_back(participant.topic + (commit ? " commit " : " abort ") + std::to_string(producer.epoch));
      }};
};

TEST_F(TransactionCoordinatorTest, CommitsFirstAndTellsThePartitionsLater) {
  const ProducerIdentity producer = Open();
  EXPECT_EQ(Add(producer), Code::kOk);
  EXPECT_TRUE(coordinator_.Includes("id", producer, kOut));
  EXPECT_EQ(Commit(producer), Code::kOk);
  EXPECT_TRUE(markers_.empty());
  EXPECT_FALSE(coordinator_.Includes("id", producer, kOut));
  EXPECT_EQ(Commit(producer), Code::kConcurrentTransactions);
  EXPECT_EQ(Add(producer), Code::kConcurrentTransactions);
  EXPECT_EQ(coordinator_.Open("id", seconds(10)).code, Code::kConcurrentTransactions);
  WriteMarkers();
  EXPECT_THAT(markers_, UnorderedElementsAre("out commit 0", "offsets commit 0"));
  EXPECT_EQ(Commit(producer), Code::kOk);  // asked again, it answers the same
  EXPECT_EQ(Abort(producer), Code::kInvalidTxnState);
  EXPECT_TRUE(coordinator_.IsIdle());
}

// What KIP-890 mends: the epoch is that of the transaction before.
TEST_F(TransactionCoordinatorTest, TakesALateCommitForOneOfTheNextTransaction) {
  const ProducerIdentity producer = Open();
  Add(producer);
  Commit(producer);
  WriteMarkers();
  EXPECT_EQ(Add(producer), Code::kOk);
  EXPECT_EQ(Commit(producer), Code::kOk);
}

TEST_F(TransactionCoordinatorTest, AbortsWhatANewProducerFindsAndFencesTheOld) {
  const ProducerIdentity old = Open();
  Add(old);
  EXPECT_EQ(coordinator_.Open("id", seconds(10)).code, Code::kConcurrentTransactions);
  EXPECT_EQ(Commit(old), Code::kProducerFenced);
  WriteMarkers();
  EXPECT_THAT(markers_, UnorderedElementsAre("out abort 1", "offsets abort 1"));
  const ProducerIdentity fresh = Open();
  EXPECT_EQ(fresh.id, old.id);
  EXPECT_EQ(fresh.epoch, 2);
  EXPECT_EQ(Add(old), Code::kProducerFenced);
  EXPECT_EQ(Add(fresh), Code::kOk);
}

TEST_F(TransactionCoordinatorTest, AbortsWhatTakesTooLong) {
  const ProducerIdentity producer = Open();
  Add(producer);
  clock_.Advance(seconds(9));
  coordinator_.AbortExpired();
  EXPECT_TRUE(coordinator_.Includes("id", producer, kOut));
  clock_.Advance(seconds(1));
  coordinator_.AbortExpired();
  EXPECT_EQ(Commit(producer), Code::kProducerFenced);
  WriteMarkers();
  EXPECT_THAT(markers_, UnorderedElementsAre("out abort 1", "offsets abort 1"));
}

TEST_F(TransactionCoordinatorTest, RefusesToEndWhatHasNotBegun) {
  const ProducerIdentity producer = Open();
  EXPECT_EQ(Commit(producer), Code::kInvalidTxnState);
  EXPECT_EQ(Abort(producer), Code::kInvalidTxnState);
  EXPECT_EQ(coordinator_.End("nobody", producer, true), Code::kProducerFenced);
}

}  // namespace
}  // namespace penstock::sim
