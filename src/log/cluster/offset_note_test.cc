#include "log/cluster/offset_note.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::cluster {
namespace {

TEST(OffsetNote, ReadsWhatItWrites) {
  const OffsetNote holes{.session = "s-1", .commit = 17, .ranges = "12+3 40+1"};
  EXPECT_EQ(Encode(holes), "penstock1 s-1 17 ranges 12+3 40+1");
  EXPECT_EQ(DecodeNote(Encode(holes)).value(), holes);
  const OffsetNote none{.session = "s-1", .commit = 18, .ranges = ""};
  EXPECT_EQ(DecodeNote(Encode(none)).value(), none);
  const OffsetNote spilled{.session = "s-1", .commit = 19, .ranges = "", .spill = 123};
  EXPECT_EQ(EncodePointer("s-1", 19) + "123", "penstock1 s-1 19 spill 123");
  EXPECT_EQ(DecodeNote(EncodePointer("s-1", 19) + "123").value(), spilled);
}

TEST(OffsetNote, TakesEmptyMetadataForNoHoles) { EXPECT_EQ(DecodeNote("").value(), std::nullopt); }

TEST(OffsetNote, RefusesWhatItDoesNotUnderstand) {
  for (const std::string metadata :
       {"x", "penstock2 s 1 ranges ", "penstock1", "penstock1 s", "penstock1 s x ranges ", "penstock1 s 1 other 1",
        "penstock1 s 1 spill", "penstock1 s 1 spill -1", "penstock1 s 1 spill 1x", "penstock1 s 1"}) {
    const auto note = DecodeNote(metadata);
    ASSERT_FALSE(note) << metadata;
    EXPECT_THAT(note.error().message, ::testing::HasSubstr("penstock group reset"));
  }
}

TEST(OffsetNote, KnowsItsOwnSpill) {
  OffsetNote note{.session = "s-1", .commit = 19, .ranges = "12+3"};
  const std::string value = EncodeSpill(note);
  note.spill = 5;
  EXPECT_EQ(DecodeSpill(note, value).value(), "12+3");
  OffsetNote other = note;
  other.commit = 20;
  EXPECT_FALSE(DecodeSpill(other, value));
  other = note;
  other.session = "s-2";
  EXPECT_FALSE(DecodeSpill(other, value));
  EXPECT_FALSE(DecodeSpill(note, ""));
  EXPECT_FALSE(DecodeSpill(note, Encode(note)));
}

}  // namespace
}  // namespace penstock::cluster
