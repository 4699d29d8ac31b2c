#include "log/cluster/late_offsets.h"

#include "log/cluster/cluster_session_fixture.h"

namespace penstock::cluster {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LateOffsetsTest : public ClusterSessionTest {
 protected:
  LateOffsetsTest() {
    Open(false);
    Hold();
  }
  // Both partitions are lost.
  void Lose() { next.events.emplace_back(TakenAway{{kP0, kP1}}); }
  // What is asked of the client when late offsets are due, if there are any.
  std::vector<std::string> PollLater() {
    clock.Advance(std::chrono::seconds(10));
    membership = {"n", 5};
    return Poll();
  }
};

// Otherwise the offset would stand behind records that nobody has written.
TEST_F(LateOffsetsTest, LeavesTheOffsetsOfAnAttemptThatWasAbortedAndGivenUp) {
  Commit({{kP0, 12}});
  PollWith(TransactionEnded{.fate = Fate::kAborted, .error = Passing().value()});
  Lose();
  Poll();
  clock.Advance(std::chrono::seconds(1));
  Poll();
  ASSERT_THAT(Told<Committed>(), SizeIs(1));
  EXPECT_THAT(Told<Committed>()[0].fenced, ElementsAre(kP0));
  EXPECT_THAT(PollLater(), IsEmpty());
}

// Otherwise it would overwrite what the new owner has committed since.
TEST_F(LateOffsetsTest, LeavesTheOffsetsOfWhatWasLostWhenTheOutcomeCame) {
  Commit({{kP0, 12}});
  Lose();
  PollWith(TransactionEnded{.fate = Fate::kCommitted});
  ASSERT_THAT(Told<Committed>(), SizeIs(1));
  EXPECT_THAT(PollLater(), IsEmpty());
}

TEST_F(LateOffsetsTest, LeavesTheOffsetsOfWhatIsLostInTheSamePoll) {
  Commit({{kP0, 12}});
  next.events.emplace_back(TransactionEnded{.fate = Fate::kCommitted});
  PollWith(TakenAway{{kP0, kP1}});
  ASSERT_THAT(Told<Committed>(), SizeIs(1));
  EXPECT_THAT(PollLater(), IsEmpty());
}

// Otherwise the partition would never be yielded.
TEST_F(LateOffsetsTest, GoesOnWithoutMetadataThatIsRefused) {
  Commit({{kP0, 12}});
  PollWith(TransactionEnded{.fate = Fate::kCommitted});
  EXPECT_THAT(PollLater(), ElementsAre("commit @12 in/0"));
  session->Release(std::vector{kP0});
  EXPECT_THAT(PollWith(OffsetsCommitted{journal.request, Fail(ErrorKind::kLimit, "too long")}), IsEmpty());
  EXPECT_THAT(PollLater(), ElementsAre("commit @12 in/0"));
  EXPECT_THAT(PollWith(OffsetsCommitted{journal.request, Fail(ErrorKind::kLimit, "too long")}),
              ElementsAre("yield in/0"));
}

TEST_F(LateOffsetsTest, CommitsNothingWhileTheSessionJoins) {
  Commit({{kP0, 12}, {kP1, 11}});
  PollWith(TransactionEnded{.fate = Fate::kCommitted});
  journal.is_joining = true;
  EXPECT_THAT(PollLater(), IsEmpty());
  session->Release(std::vector{kP1});
  EXPECT_THAT(PollLater(), IsEmpty());
  journal.is_joining = false;
  EXPECT_THAT(PollLater(), ElementsAre("commit @12 @11 in/0 in/1"));
  EXPECT_THAT(PollWith(OffsetsCommitted{journal.request, {}}), ElementsAre("yield in/1"));
}

// Otherwise the new membership would let it overwrite what the new owner has committed since.
TEST_F(LateOffsetsTest, LeavesTheOffsetsOfWhatIsLostWhileTheSessionJoins) {
  Commit({{kP0, 12}, {kP1, 11}});
  PollWith(TransactionEnded{.fate = Fate::kCommitted});
  journal.is_joining = true;
  EXPECT_THAT(PollLater(), IsEmpty());
  PollWith(TakenAway{{kP0}});
  journal.is_joining = false;
  EXPECT_THAT(PollLater(), ElementsAre("commit @11 in/1"));
  EXPECT_THAT(PollWith(OffsetsCommitted{journal.request, {}}), IsEmpty());
}

TEST_F(LateOffsetsTest, CommitsTheOffsetsOfWhatIsHeld) {
  Commit({{kP0, 12}, {kP1, 11}});
  next.events.emplace_back(TransactionEnded{.fate = Fate::kCommitted});
  PollWith(TakenAway{{kP0}});
  EXPECT_THAT(PollLater(), ElementsAre("commit @11 in/1"));
  // A session that ends waits for the answer.
  EXPECT_THAT(PollWith(OffsetsCommitted{journal.request, {}}), IsEmpty());
}

}  // namespace
}  // namespace penstock::cluster
