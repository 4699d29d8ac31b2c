#include "model/embedded/trees/ubj_walk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "model/embedded/trees/visited.h"

namespace penstock::trees {
namespace {

using testing::HasSubstr;
using namespace std::string_literals;  // NOLINT(google-build-using-namespace): bytes with zeros among them

std::string Walked(const std::string& bytes) {
  Visited visited;
  const Result<void> walked = WalkUbj(bytes, visited);
  return walked ? visited.text() : "refused: " + walked.error().message;
}

TEST(UbjWalk, VisitsValuesOfEachType) {
  EXPECT_EQ(Walked("{i\1aTi\1bFi\1cZi\1dSi\2xyN}"s), "{ a: 1 b: 0 c: d: 'xy' }");
  EXPECT_EQ(Walked("[i\xFFU\xFFI\xFF\xFEl\0\1\0\0L\0\0\0\1\0\0\0\0]"s), "[ -1 255 -2 65536 4294967296 ]");
  EXPECT_EQ(Walked("[d\x3F\0\0\0D\xBF\xE0\0\0\0\0\0\0]"s), "[ 0.5 -0.5 ]");
}

TEST(UbjWalk, VisitsContentsThatAreCounted) {
  EXPECT_EQ(Walked("[#i\2i\1i\2"s), "[ 1 2 ]");
  EXPECT_EQ(Walked("[$d#L\0\0\0\0\0\0\0\2\x3F\0\0\0\xBF\0\0\0"s), "[ 0.5 -0.5 ]");
  EXPECT_EQ(Walked("[$S#i\2i\1ai\1b"s), "[ 'a' 'b' ]");
  EXPECT_EQ(Walked("{#i\1i\1a[$U#i\3\1\2\3"s), "{ a: [ 1 2 3 ] }");
  EXPECT_EQ(Walked("[$U#I\1\x2C" + std::string(300, '\7')).size(), 603U);
}

TEST(UbjWalk, RefusesFilesThatEndTooSoon) {
  const std::string whole = "{i\1a[$d#L\0\0\0\0\0\0\0\2\x3F\0\0\0\xBF\0\0\0i\1bSi\2xy}"s;
  ASSERT_EQ(Walked(whole), "{ a: [ 0.5 -0.5 ] b: 'xy' }");
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_THAT(Walked(whole.substr(0, size)), HasSubstr("the file ends too soon")) << size;
  EXPECT_THAT(Walked(whole + "}"), HasSubstr("something follows its end"));
}

TEST(UbjWalk, BelievesNoCount) {
  EXPECT_THAT(Walked("[$d#L\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s), HasSubstr("ends too soon"));
  EXPECT_THAT(Walked("[$L#L\x20\0\0\0\0\0\0\1"s), HasSubstr("ends too soon"));
  EXPECT_THAT(Walked("[#l\x7F\xFF\xFF\xFF"s), HasSubstr("ends too soon"));
  EXPECT_THAT(Walked("SL\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFFx"s), HasSubstr("ends too soon"));
  EXPECT_THAT(Walked("Si\xFF"s), HasSubstr("negative"));
  EXPECT_THAT(Walked("[$Z#L\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s), HasSubstr("all values would be the same"));
}

TEST(UbjWalk, RefusesWhatIsNoValue) {
  EXPECT_THAT(Walked("H"), HasSubstr("at byte 1: there is no value"));
  EXPECT_THAT(Walked("[$d]"), HasSubstr("not their count"));
  EXPECT_THAT(Walked("Sd"), HasSubstr("no length"));
  EXPECT_THAT(Walked(std::string(100, '[')), HasSubstr("too deep"));
}

}  // namespace
}  // namespace penstock::trees
