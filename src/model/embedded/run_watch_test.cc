#include "model/embedded/run_watch.h"

#include <gtest/gtest.h>

namespace penstock::embedded {
namespace {

TEST(RunWatch, TellsTheLongestOfTheRunsUnderWay) {
  RunWatch watch;
  EXPECT_EQ(watch.Longest(Duration(5)), std::nullopt);
  RunWatch::Slot& first = watch.Add();
  RunWatch::Slot& second = watch.Add();
  EXPECT_EQ(watch.Longest(Duration(5)), std::nullopt);
  first.Begin(Duration(10));
  second.Begin(Duration(30));
  EXPECT_EQ(watch.Longest(Duration(100)), Duration(90));
  first.End();
  EXPECT_EQ(watch.Longest(Duration(100)), Duration(70));
  watch.Remove(second);
  EXPECT_EQ(watch.Longest(Duration(100)), std::nullopt);
}

TEST(RunWatch, TakesARunThatBeganAfterTheQuestionForNew) {
  RunWatch watch;
  watch.Add().Begin(Duration(10));
  EXPECT_EQ(watch.Longest(Duration(9)), Duration(0));
}

}  // namespace
}  // namespace penstock::embedded
