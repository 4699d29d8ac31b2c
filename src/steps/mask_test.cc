#include "steps/mask.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "steps/step_chain.h"

namespace penstock {
namespace {

std::string Masked(const std::string& with, std::string_view event) {
  StepChain chain("[mask: { fields: [event.a], with: " + with + " }]");
  EXPECT_EQ(chain.problems(), "");
  return chain.After(event);
}

TEST(Mask, PartialLeavesTheLastFourCharacters) {
  EXPECT_EQ(Masked("partial", R"({"a":"4111111111111111"})"), R"({"a":"************1111"})");
  EXPECT_EQ(Masked("partial", R"({"a":"123456789"})"), R"({"a":"*****6789"})");
  EXPECT_EQ(Masked("partial", R"({"a":123456789})"), R"({"a":"*****6789"})");
}

TEST(Mask, PartialLeavesNothingOfShortTexts) {
  EXPECT_EQ(Masked("partial", R"({"a":"12345678"})"), R"({"a":"********"})");
  EXPECT_EQ(Masked("partial", R"({"a":""})"), R"({"a":""})");
  EXPECT_EQ(Masked("partial", R"({"a":true})"), R"({"a":"****"})");
}

TEST(Mask, PartialCountsCharactersAndNotBytes) {
  EXPECT_EQ(Masked("partial", R"({"a":"äöüßäöüß"})"), R"({"a":"********"})");
  EXPECT_EQ(Masked("partial", R"({"a":"Zürich, ÄÖ€🌊"})"), R"({"a":"********ÄÖ€🌊"})");
}

TEST(Mask, PartialOfAListOrAMapIsADeadLetter) {
  const std::string why = "mask at list[0].mask: event.a cannot be masked: of a list or a map nothing can be left";
  EXPECT_EQ(Masked("partial", R"({"a":[4111]})"), why);
  EXPECT_EQ(Masked("partial", R"({"a":{"b":1}})"), why);
}

TEST(Mask, RedactsAndDropsAnything) {
  EXPECT_EQ(Masked("redact", R"({"a":{"b":[1]},"c":1})"), R"({"a":"***","c":1})");
  EXPECT_EQ(Masked("drop", R"({"a":[1],"c":1})"), R"({"c":1})");
}

TEST(Mask, WhatIsNotThereNeedsNoMask) {
  for (const char* with : {"redact", "partial", "drop"}) {
    EXPECT_EQ(Masked(with, R"({"b":1})"), R"({"b":1})");
    EXPECT_EQ(Masked(with, R"({"a":null})"), R"({"a":null})");
  }
}

// JSON may hold a name twice. The last one counts, and nothing of the others may get through.
TEST(Mask, NothingOfAFieldThatStandsTwiceGetsThrough) {
  EXPECT_EQ(Masked("redact", R"({"a":"4111","a":"5222"})"), R"({"a":"***"})");
  EXPECT_EQ(Masked("drop", R"({"a":"4111","a":"5222"})"), "{}");
  EXPECT_EQ(Masked("partial", R"({"a":"4111","a":null})"), R"({"a":null})");
  StepChain chain("[mask: { fields: [event.owner.card], with: redact }]");
  EXPECT_EQ(chain.After(R"({"owner":{"card":"4111"},"owner":{}})"), R"({"owner":{}})");
}

TEST(Mask, ListsOnTheWayAreDeadLetters) {
  StepChain chain("[mask: { fields: [event.cards.number], with: redact }]");
  const std::string why = "mask at list[0].mask: event.cards.number cannot be masked: what stands above it is no map";
  EXPECT_EQ(chain.After(R"({"cards":[{"number":"4111"}]})"), why);
  EXPECT_EQ(chain.After(R"({"cards":"4111"})"), why);
  EXPECT_EQ(chain.After(R"({"cards":null})"), R"({"cards":null})");
  EXPECT_EQ(chain.After("{}"), "{}");
}

TEST(Mask, LaterExpressionsSeeTheMask) {
  StepChain chain("[set: { before: event.a }, mask: { fields: [event.a], with: redact }, set: { after: event.a }]");
  const size_t row = chain.Add(R"({"a":"4111"})");
  chain.Prepare();
  EXPECT_EQ(chain.Added(row, "before"), R"("4111")");
  EXPECT_EQ(chain.Added(row, "after"), R"("***")");
}

class MaskHash : public testing::Test {
 protected:
  MaskHash() { setenv("PENSTOCK_TEST_MASK_KEY", "Jefe", 1); }
  ~MaskHash() override { unsetenv("PENSTOCK_TEST_MASK_KEY"); }

  static constexpr const char* kMask =
      "[mask: { fields: [event.a], with: hash, key: '${env:PENSTOCK_TEST_MASK_KEY}' }]";
};

// RFC 4231, test case 2; of the 32 bytes the first 16.
TEST_F(MaskHash, IsHmacSha256) {
  StepChain chain(kMask);
  ASSERT_EQ(chain.problems(), "");
  EXPECT_EQ(chain.After(R"({"a":"what do ya want for nothing?"})"), R"({"a":"5bdcc146bf60754e6a042426089575c7"})");
}

TEST_F(MaskHash, IsEqualForEqualValuesOnly) {
  StepChain chain(kMask);
  const std::string one = chain.After(R"({"a":"4111"})");
  EXPECT_EQ(chain.After(R"({ "a" : "\u0034111" })"), one);
  EXPECT_NE(chain.After(R"({"a":"4112"})"), one);
  setenv("PENSTOCK_TEST_MASK_KEY", "another", 1);
  EXPECT_NE(StepChain(kMask).After(R"({"a":"4111"})"), one);
}

TEST_F(MaskHash, NeedsAKeyAndNobodyElseTakesOne) {
  EXPECT_NE(StepChain("[mask: { fields: [event.a], with: hash }]").problems().find("'hash' needs a 'key'"),
            std::string::npos);
  EXPECT_NE(StepChain("[mask: { fields: [event.a], with: redact, key: '${env:PENSTOCK_TEST_MASK_KEY}' }]")
                .problems()
                .find("only 'hash' takes a 'key'"),
            std::string::npos);
  unsetenv("PENSTOCK_TEST_MASK_KEY");
  EXPECT_NE(StepChain(kMask).problems().find("PENSTOCK_TEST_MASK_KEY is not set"), std::string::npos);
}

TEST(Mask, OnlyFieldsOfTheEvent) {
  for (const char* field : {"event", "output.a", "risk"})
    EXPECT_NE(
        StepChain("[mask: { fields: [" + std::string(field) + "], with: drop }]").problems().find("only fields of"),
        std::string::npos);
}

}  // namespace
}  // namespace penstock
