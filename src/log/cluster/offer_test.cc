#include "log/cluster/offer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "log/cluster/cluster_session_fixture.h"

namespace penstock::cluster {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using OfferTest = ClusterSessionTest;

TEST_F(OfferTest, LearnsWhatIsDoneBeforeItAcceptsAnOffer) {
  Open();
  membership = {"m", 7};
  EXPECT_THAT(PollWith(Offered{{kP0, kP1}}), ElementsAre("open", "fetch in/0 in/1"));
  const std::string metadata = Encode({.session = "other", .commit = 4, .ranges = "12+3"});
  EXPECT_THAT(PollWith(Offsets({CommittedOffset{10, metadata}, std::nullopt})), ElementsAre("find in/1"));
  EXPECT_THAT(PollWith(OffsetsFound{journal.request, std::vector<int64_t>{5}}), ElementsAre("accept in/0@10 in/1@5"));
  const auto assigned = Told<Assigned>();
  ASSERT_THAT(assigned, SizeIs(2));
  EXPECT_EQ(assigned[0].epoch, 7);
  EXPECT_EQ(assigned[0].progress.EncodeRanges(), "12+3");
  EXPECT_EQ(assigned[1].progress.position(), 5);
}

TEST_F(OfferTest, ReadsSpillsAndRefusesOthers) {
  Open();
  PollWith(Offered{{kP0}});
  const CommittedOffset committed{10, EncodePointer("other", 4) + "33"};
  EXPECT_THAT(PollWith(Offsets({committed})), ElementsAre("read @33 spills/0"));
  EXPECT_THAT(PollWith(RecordRead{journal.request, Passing()}), IsEmpty());
  clock.Advance(std::chrono::seconds(1));
  EXPECT_THAT(Poll(), ElementsAre("read @33 spills/0"));
  const std::string spill = EncodeSpill({.session = "other", .commit = 4, .ranges = "12+3"});
  EXPECT_THAT(PollWith(RecordRead{journal.request, std::optional(spill)}), ElementsAre("accept in/0@10"));
  EXPECT_EQ(Told<Assigned>()[0].progress.EncodeRanges(), "12+3");

  for (const std::optional<std::string>& value :
       {std::optional(EncodeSpill({.session = "other", .commit = 5, .ranges = "12+3"})),
        std::optional<std::string>()}) {
    Open();
    PollWith(Offered{{kP0}});
    PollWith(Offsets({committed}));
    next.events.emplace_back(RecordRead{journal.request, value});
    EXPECT_THAT(PollError(), HasSubstr("in/0: "));
  }
}

TEST_F(OfferTest, CommitsWhereItStartsUnlessThatIsTheStart) {
  Open(true, AtEnd{});
  PollWith(Offered{{kP0}});
  PollWith(Offsets({std::nullopt}));
  EXPECT_THAT(PollWith(OffsetsFound{journal.request, std::vector<int64_t>{50}}), ElementsAre("commit @50 in/0"));
  EXPECT_THAT(PollWith(OffsetsCommitted{journal.request, Passing()}), IsEmpty());
  clock.Advance(std::chrono::seconds(1));
  EXPECT_THAT(Poll(), ElementsAre("commit @50 in/0"));
  EXPECT_THAT(PollWith(OffsetsCommitted{journal.request, {}}), ElementsAre("accept in/0@50"));
}

TEST_F(OfferTest, GivesUpWhatCannotPass) {
  Open();
  PollWith(Offered{{kP0}});
  next.events.emplace_back(OffsetsFetched{journal.request, Invalid("not allowed")});
  EXPECT_EQ(PollError(), "not allowed");
  Open();
  next.events.emplace_back(ProducerOpened{Invalid("not allowed")});
  EXPECT_EQ(PollError(), "not allowed");
  Open();
  PollWith(Offered{{kP0}});
  next.events.emplace_back(Offsets({CommittedOffset{10, "someone else's"}}));
  EXPECT_THAT(PollError(), HasSubstr("in/0: the metadata of the committed offset is not understood"));
}

TEST_F(OfferTest, DropsFromAnOfferWhatIsTakenAway) {
  Open();
  PollWith(Offered{{kP0, kP1}});
  const OffsetsFetched answer = Offsets({CommittedOffset{10, ""}, CommittedOffset{10, ""}});
  PollWith(TakenAway{{kP0}});
  EXPECT_THAT(PollWith(answer), ElementsAre("accept in/1@10"));
  EXPECT_THAT(Told<Assigned>(), SizeIs(1));
  PollWith(Offered{{kP0}});
  EXPECT_THAT(PollWith(TakenAway{{kP0, kP1}}), IsEmpty());
  EXPECT_THAT(Told<Lost>(), SizeIs(1));
  EXPECT_THAT(PollWith(Offsets({CommittedOffset{10, ""}})), IsEmpty());
}

}  // namespace
}  // namespace penstock::cluster
