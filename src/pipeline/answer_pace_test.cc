#include "pipeline/answer_pace.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kInterval = milliseconds(100);

class AnswerPaceTest : public testing::Test {
 protected:
  AnswerPace pace_{2};
};

TEST_F(AnswerPaceTest, NothingLiesBeforeAnAnswerHasCome) { EXPECT_EQ(pace_.Rest(1000, kInterval), Duration(0)); }

TEST_F(AnswerPaceTest, IsShortBesideWhatTheModelTakes) {
  pace_.Note(0, milliseconds(640));
  EXPECT_EQ(pace_.Rest(500, kInterval), milliseconds(10));
}

TEST_F(AnswerPaceTest, IsShortBesideTheCommitInterval) {
  pace_.Note(0, seconds(10));
  EXPECT_EQ(pace_.Rest(1000, kInterval), milliseconds(20));
  EXPECT_EQ(pace_.Rest(1000, Duration(0)), Duration(0));
}

TEST_F(AnswerPaceTest, IsNoLongerThanASetOfAnswersTakesToCome) {
  pace_.Note(0, seconds(1));
  EXPECT_EQ(pace_.Rest(10'000, kInterval), microseconds(1600));
}

TEST_F(AnswerPaceTest, NothingLiesWhereAnswersAreRare) {
  pace_.Note(0, seconds(1));
  EXPECT_EQ(pace_.Rest(0, kInterval), Duration(0));
  EXPECT_EQ(pace_.Rest(127, kInterval), Duration(0));
  EXPECT_GT(pace_.Rest(128, kInterval), Duration(0));
}

TEST_F(AnswerPaceTest, FollowsTheQuickestModel) {
  pace_.Note(0, seconds(10));
  pace_.Note(1, milliseconds(64));
  EXPECT_EQ(pace_.Rest(1000, kInterval), milliseconds(1));
}

TEST_F(AnswerPaceTest, FollowsAModelThatBecomesQuicker) {
  pace_.Note(0, seconds(10));
  for (int i = 0; i < 100; ++i) pace_.Note(0, milliseconds(64));
  EXPECT_LT(pace_.Rest(1000, kInterval), milliseconds(2));
}

}  // namespace
}  // namespace penstock
