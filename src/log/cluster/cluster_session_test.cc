#include "log/cluster/cluster_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "log/cluster/cluster_session_fixture.h"

namespace penstock::cluster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(ClusterSessionTest, CommitsWithTheMembershipAndTheOffsetOfEachPartition) {
  Open();
  Hold();
  const CommitId id = Commit({{kP0, 12}, {kP1, 10}});
  EXPECT_THAT(Poll(), ElementsAre("run 3"));
  EXPECT_EQ(journal.transaction->membership, membership);
  ASSERT_THAT(journal.transaction->offsets, SizeIs(2));
  EXPECT_THAT(journal.transaction->batches, SizeIs(2));
  EXPECT_EQ(journal.transaction->offsets[0].offset, 12);
  EXPECT_EQ(NoteOf(0), (OffsetNote{.session = "me", .commit = 1, .ranges = ""}));
  PollWith(TransactionEnded{.fate = Fate::kCommitted});
  ASSERT_THAT(Told<Committed>(), SizeIs(1));
  EXPECT_EQ(Told<Committed>()[0].id, id);
  EXPECT_THAT(Told<Committed>()[0].fenced, IsEmpty());
}

TEST_F(ClusterSessionTest, RetriesAnAbortWithWhatItStillHolds) {
  Open();
  Hold();
  Commit({{kP0, 12}, {kP1, 11}});
  Poll();
  const Error error{ErrorKind::kUnavailable, "rebalance"};
  EXPECT_THAT(PollWith(TransactionEnded{.fate = Fate::kAborted, .error = error}), IsEmpty());
  PollWith(TakenAway{{kP0}});
  membership.generation = -1;
  clock.Advance(std::chrono::seconds(1));
  EXPECT_THAT(Poll(), IsEmpty()) << "without membership nothing would fence the attempt";
  membership.generation = 4;
  clock.Advance(std::chrono::seconds(1));
  EXPECT_THAT(Poll(), ElementsAre("run 4"));
  ASSERT_THAT(journal.transaction->offsets, SizeIs(1));
  EXPECT_EQ(journal.transaction->offsets[0].partition, kP1);
  EXPECT_EQ(NoteOf(0).commit, 2);
  PollWith(TransactionEnded{.fate = Fate::kCommitted});
  EXPECT_THAT(Told<Committed>()[0].fenced, ElementsAre(kP0));
}

TEST_F(ClusterSessionTest, ThrowsAwayWorkOfAnEarlierEpoch) {
  Open();
  Hold();
  const Epoch old = epoch;
  PollWith(TakenAway{{kP0, kP1}});
  membership.generation = 9;
  PollWith(Offered{{kP0}});
  PollWith(Offsets({CommittedOffset{10, ""}}));
  ASSERT_THAT(Told<Assigned>(), SizeIs(1));
  EXPECT_GT(Told<Assigned>()[0].epoch, old);
  Commit({{kP0, 12}});
  EXPECT_THAT(Poll(), IsEmpty());
  EXPECT_THAT(Told<Committed>()[0].fenced, ElementsAre(kP0));
}

TEST_F(ClusterSessionTest, SettlesAnUnknownOutcomeByTheMetadata) {
  for (const bool is_ours : {true, false}) {
    Open();
    Hold();
    Commit({{kP0, 12}});
    Poll();
    const OffsetNote note = NoteOf(0);
    EXPECT_THAT(PollWith(TransactionEnded{.fate = Fate::kUnknown}), ElementsAre("open"));
    EXPECT_THAT(PollWith(ProducerOpened{Passing()}), IsEmpty());
    clock.Advance(std::chrono::seconds(1));
    EXPECT_THAT(Poll(), ElementsAre("open"));
    EXPECT_THAT(PollWith(ProducerOpened{}), ElementsAre("fetch in/0"));
    EXPECT_THAT(PollWith(OffsetsFetched{journal.request, Passing()}), IsEmpty());
    clock.Advance(std::chrono::seconds(1));
    EXPECT_THAT(Poll(), ElementsAre("fetch in/0"));
    const std::string metadata = is_ours ? Encode(note) : Encode({.session = "me", .commit = 0, .ranges = ""});
    const auto calls = PollWith(Offsets({CommittedOffset{12, metadata}}));
    if (is_ours) {
      EXPECT_THAT(calls, IsEmpty());
      EXPECT_THAT(Told<Committed>(), SizeIs(1));
      continue;
    }
    EXPECT_THAT(calls, ElementsAre("run 3"));
    EXPECT_EQ(NoteOf(0).commit, 2);
    EXPECT_THAT(Told<Committed>(), IsEmpty());
  }
}

TEST_F(ClusterSessionTest, SaysThatAPositionIsGone) {
  std::string log;
  const Logger logger(
      {}, [&](std::string_view line) { log += line; }, clock);
  Open(true, AtStart{}, &logger);
  Hold();
  Commit({{kP0, 50}});
  Poll();
  PollWith(TransactionEnded{.fate = Fate::kCommitted});
  PollWith(TakenAway{{kP0, kP1}});
  PollWith(Offered{{kP0, kP1}});
  PollWith(Offsets({CommittedOffset{10, ""}, CommittedOffset{10, ""}}));
  EXPECT_THAT(log, HasSubstr("position is gone"));
  EXPECT_THAT(log, HasSubstr("partition=0 position_before=50 position=10"));
  EXPECT_THAT(log, ::testing::Not(HasSubstr("partition=1")));
}

TEST_F(ClusterSessionTest, CountsAttemptsThatWereNotCommitted) {
  Open();
  Hold();
  Commit({{kP0, 12}});
  Poll();
  const Error passing{ErrorKind::kUnavailable, "passing"};
  for (int i = 0; i < 2; ++i) {
    PollWith(TransactionEnded{.fate = Fate::kAborted, .error = passing});
    clock.Advance(std::chrono::seconds(1));
    Poll();
  }
  PollWith(TransactionEnded{.fate = Fate::kUnknown});
  EXPECT_EQ(session->Health().aborted_attempts, 2);
  EXPECT_EQ(session->Health().unknown_outcomes, 1);
}

TEST_F(ClusterSessionTest, NeedsNotSettleWhatIsSomeoneElses) {
  Open();
  Hold();
  Commit({{kP0, 12}});
  Poll();
  PollWith(TransactionEnded{.fate = Fate::kUnknown});
  PollWith(TakenAway{{kP0}});
  EXPECT_THAT(PollWith(ProducerOpened{}), IsEmpty());
  EXPECT_THAT(Told<Committed>()[0].fenced, ElementsAre(kP0));
}

TEST_F(ClusterSessionTest, ReplacesAProducerWhoseRequestsMayBeUnderWay) {
  Open();
  Hold();
  Commit({{kP0, 12}});
  Poll();
  EXPECT_THAT(PollWith(TransactionEnded{.fate = Fate::kCommitted, .retire_producer = true}), ElementsAre("open"));
  EXPECT_THAT(Told<Committed>(), SizeIs(1));
  Commit({{kP0, 13}});
  EXPECT_THAT(Poll(), IsEmpty());
  EXPECT_THAT(PollWith(ProducerOpened{}), ElementsAre("run 3"));
}

TEST_F(ClusterSessionTest, SpillsWhatTheMetadataCannotHold) {
  Open();
  Hold();
  std::vector<PartitionWork> work;
  Progress progress(10);
  for (int64_t offset = 12; offset < 4000; offset += 2) progress.Add(offset, offset + 1);
  work.push_back({kP0, epoch, progress, {}});
  session->Commit(std::move(work));
  Poll();
  const SourceOffset& offset = journal.transaction->offsets[0];
  ASSERT_EQ(offset.spill, 0);
  const OutRecord& spill = journal.transaction->spills.records()[0];
  EXPECT_EQ(spill.partition, 0);
  EXPECT_EQ(spill.key, "in/0");
  const auto note = DecodeNote(offset.metadata + "77").value();
  EXPECT_EQ(note->spill, 77);
  EXPECT_EQ(DecodeSpill(*note, *spill.value).value(), progress.EncodeRanges());
}

TEST_F(ClusterSessionTest, WritesLessMetadataWhereBrokersAllowLess) {
  Open();
  Hold();
  std::vector<PartitionWork> work;
  Progress progress(10);
  for (int64_t offset = 12; offset < 412; offset += 2) progress.Add(offset, offset + 1);
  work.push_back({kP0, epoch, progress, {}});
  session->Commit(std::move(work));
  Poll();
  EXPECT_FALSE(journal.transaction->offsets[0].spill);
  const Error error{ErrorKind::kInvalid, "metadata too large"};
  PollWith(TransactionEnded{.fate = Fate::kAborted, .error = error, .metadata_refused = true});
  PollWith(TransactionEnded{.fate = Fate::kAborted, .error = error, .metadata_refused = true});
  EXPECT_TRUE(journal.transaction->offsets[0].spill);
}

TEST_F(ClusterSessionTest, GivesRefusedRecordsBack) {
  Open();
  Hold();
  const CommitId id = Commit({{kP0, 12}, {kP1, 12}});
  Poll();
  PollWith(TransactionEnded{.fate = Fate::kAborted, .refused = {{.batch = 1, .record = 0, .reason = "too large"}}});
  ASSERT_EQ(Count<Refused>(), 1);
  const auto& refused = std::get<Refused>(delivery.events[0]);
  EXPECT_EQ(refused.id, id);
  EXPECT_EQ(refused.work[refused.records[0].work].partition, kP1);
  EXPECT_EQ(refused.records[0].reason, "too large");
}

TEST_F(ClusterSessionTest, YieldsWhatWasReleased) {
  Open();
  Hold();
  EXPECT_THAT(PollWith(Withdrawn{{kP0}}), IsEmpty());
  ASSERT_THAT(Told<Revoking>(), SizeIs(1));
  session->Release(std::vector{kP0});
  EXPECT_THAT(Poll(), ElementsAre("yield in/0"));
  Commit({{kP0, 12}});
  EXPECT_THAT(Poll(), IsEmpty());
  EXPECT_THAT(Told<Committed>()[0].fenced, ElementsAre(kP0));
}

TEST_F(ClusterSessionTest, LeavesOutWhatWasDoneBefore) {
  Open();
  membership = {"m", 3};
  PollWith(Offered{{kP0}});
  const std::string metadata = Encode({.session = "other", .commit = 4, .ranges = "12+2 15+1"});
  PollWith(Offsets({CommittedOffset{10, metadata}}));
  std::vector<Record> records(6);
  const int64_t offsets[] = {10, 11, 12, 13, 14, 16};
  for (size_t i = 0; i < 6; ++i) records[i].source = {"in", 0, offsets[i]};
  next.slices.push_back({&kP0, records, 18, 20});
  Poll();
  std::vector<std::string> seen;
  for (const Fetched& fetched : delivery.fetched) {
    std::string text = std::to_string(fetched.begin) + "-" + std::to_string(fetched.end) + ":";
    for (const Record& record : fetched.records) text += ' ' + std::to_string(record.source.offset);
    seen.push_back(text);
  }
  EXPECT_THAT(seen, ElementsAre("10-12: 10 11", "12-18: 14 16"));
  // What came already, and partitions that are not held, bring nothing.
  next.slices.push_back({&kP0, records, 18, 20});
  next.slices.push_back({&kP1, records, 18, 20});
  Poll();
  EXPECT_THAT(delivery.fetched, IsEmpty());
}

TEST_F(ClusterSessionTest, CountsWhatRetentionDeleted) {
  Open();
  Hold();
  EXPECT_THAT(PollWith(OutOfRange{kP0, 10}), ElementsAre("bounds in/0"));
  EXPECT_THAT(PollWith(BoundsFound{journal.request, Passing()}), ElementsAre("seek in/0@10"));
  PollWith(OutOfRange{kP0, 10});
  EXPECT_THAT(PollWith(BoundsFound{journal.request, PartitionInfo{25, 30}}), ElementsAre("seek in/0@25"));
  ASSERT_THAT(delivery.fetched, SizeIs(1));
  EXPECT_EQ(delivery.fetched[0].begin, 10);
  EXPECT_EQ(delivery.fetched[0].end, 25);
  EXPECT_EQ(delivery.fetched[0].lost, 15);
}

TEST_F(ClusterSessionTest, AsksForTheEndsOfPausedPartitionsInTurn) {
  Open();
  Hold();
  session->Pause(std::vector{kP0, kP1});
  clock.Advance(std::chrono::seconds(1));
  Poll();
  const uint64_t first = journal.request;
  clock.Advance(std::chrono::seconds(1));
  EXPECT_THAT(Poll(), IsEmpty()) << "one question at a time";
  PollWith(BoundsFound{first, PartitionInfo{0, 40}});
  ASSERT_THAT(delivery.fetched, SizeIs(1));
  EXPECT_EQ(*delivery.fetched[0].partition, kP0);
  EXPECT_EQ(delivery.fetched[0].begin, 10);
  EXPECT_EQ(delivery.fetched[0].end, 10);
  EXPECT_EQ(delivery.fetched[0].log_end, 40);
  // The next question was asked in the same poll; that it fails matters to nobody.
  EXPECT_THAT(PollWith(BoundsFound{journal.request, Fail(ErrorKind::kInvalid, "lasting")}), IsEmpty());
  EXPECT_THAT(delivery.fetched, IsEmpty());
  clock.Advance(std::chrono::seconds(1));
  EXPECT_THAT(Poll(), ElementsAre("bounds in/0"));
  session->Resume(std::vector{kP0, kP1});
  PollWith(BoundsFound{journal.request, PartitionInfo{0, 50}});
  EXPECT_THAT(delivery.fetched, IsEmpty());
  clock.Advance(std::chrono::seconds(1));
  EXPECT_THAT(Poll(), IsEmpty());
}

TEST_F(ClusterSessionTest, StopsWhereTheLogIsAnother) {
  Open();
  Hold();
  PollWith(OutOfRange{kP0, 10});
  next.events.emplace_back(BoundsFound{journal.request, PartitionInfo{0, 4}});
  EXPECT_THAT(PollError(), HasSubstr("in/0: the group has come to offset 10, but the partition ends at 4"));
}

TEST_F(ClusterSessionTest, AtLeastOnceCommitsOffsetsLaterAndBeforeItYields) {
  Open(false);
  Hold();
  Commit({{kP0, 12}});
  EXPECT_THAT(Poll(), ElementsAre("run -1"));  // without a membership, since no positions go with it
  EXPECT_THAT(PollWith(TransactionEnded{.fate = Fate::kCommitted}), IsEmpty());
  EXPECT_THAT(Told<Committed>(), SizeIs(1));
  Commit({{kP0, 13}});
  Poll();
  PollWith(TransactionEnded{.fate = Fate::kCommitted});
  clock.Advance(std::chrono::milliseconds(100));
  EXPECT_THAT(Poll(), ElementsAre("commit @13 in/0"));
  PollWith(Withdrawn{{kP0}});
  session->Release(std::vector{kP0});
  EXPECT_THAT(Poll(), IsEmpty());
  EXPECT_THAT(PollWith(OffsetsCommitted{journal.request, {}}), ElementsAre("yield in/0"));
}

}  // namespace
}  // namespace penstock::cluster
