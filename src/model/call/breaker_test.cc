#include "model/call/breaker.h"

#include <gtest/gtest.h>

namespace penstock::call {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr BreakerPolicy kPolicy = {3, seconds(5), seconds(12)};

void Fail(Breaker& breaker, int times, Duration now) {
  for (int i = 0; i < times; ++i) breaker.End(breaker.Begin(), Health::kBad, now);
}

TEST(Breaker, OpensAfterFailuresOneAfterAnother) {
  Breaker breaker(kPolicy);
  Fail(breaker, 2, Duration(0));
  breaker.End(false, Health::kGood, Duration(0));
  Fail(breaker, 2, Duration(0));
  // These say neither that it is well nor that it is not.
  breaker.End(false, Health::kNeither, Duration(0));
  breaker.End(false, Health::kUnknown, Duration(0));
  EXPECT_TRUE(breaker.closed());
  EXPECT_EQ(breaker.ProbeAt(), std::nullopt);
  Fail(breaker, 1, seconds(1));
  EXPECT_FALSE(breaker.closed());
  EXPECT_FALSE(breaker.Admits(seconds(6) - Duration(1)));
  EXPECT_EQ(breaker.ProbeAt(), seconds(6));
}

TEST(Breaker, AdmitsOneProbeAtATime) {
  Breaker breaker(kPolicy);
  Fail(breaker, 3, Duration(0));
  EXPECT_TRUE(breaker.Admits(seconds(5)));
  EXPECT_TRUE(breaker.Begin());
  EXPECT_FALSE(breaker.Admits(minutes(5)));
  EXPECT_EQ(breaker.ProbeAt(), std::nullopt);
  // What began long ago is no probe.
  breaker.End(false, Health::kBad, seconds(6));
  breaker.End(false, Health::kGood, seconds(6));
  EXPECT_FALSE(breaker.Admits(minutes(5)));
  breaker.End(true, Health::kUnknown, seconds(7));
  EXPECT_TRUE(breaker.Admits(seconds(7)));
  EXPECT_FALSE(breaker.closed());
  EXPECT_TRUE(breaker.Begin());
  breaker.End(true, Health::kGood, seconds(8));
  EXPECT_TRUE(breaker.closed());
}

TEST(Breaker, StaysOpenTwiceAsLongWheneverAProbeFails) {
  Breaker breaker(kPolicy);
  Fail(breaker, 3, Duration(0));
  Fail(breaker, 1, seconds(5));
  EXPECT_EQ(breaker.ProbeAt(), seconds(15));
  Fail(breaker, 1, seconds(15));
  EXPECT_EQ(breaker.ProbeAt(), seconds(27));
  Fail(breaker, 1, seconds(27));
  EXPECT_EQ(breaker.ProbeAt(), seconds(39));
  // An endpoint that answers is there, even where it does not want the request; all begins anew.
  EXPECT_TRUE(breaker.Begin());
  breaker.End(true, Health::kNeither, seconds(40));
  Fail(breaker, 2, seconds(40));
  EXPECT_TRUE(breaker.closed());
  Fail(breaker, 1, seconds(40));
  EXPECT_EQ(breaker.ProbeAt(), seconds(45));
}

}  // namespace
}  // namespace penstock::call
