#include "model/remote/model_answer.h"

#include <gtest/gtest.h>

namespace penstock::remote {
namespace {

TEST(ModelAnswerTest, ComesBackAsItWas) {
  const std::string packed = Pack({200, "stop", "some-model-2026", false, "line\nline\n\xC3\xA9"});
  const UnpackedAnswer answer = Unpack(packed);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.finish_reason, "stop");
  EXPECT_EQ(answer.version, "some-model-2026");
  EXPECT_FALSE(answer.is_refusal);
  EXPECT_EQ(answer.text, "line\nline\n\xC3\xA9");
}

TEST(ModelAnswerTest, ARefusalIsTold) {
  const std::string packed = Pack({200, "", "", true, ""});
  EXPECT_TRUE(Unpack(packed).is_refusal);
  EXPECT_EQ(Unpack(packed).text, "");
}

// A provider cannot forge a header, or another field, by a name.
TEST(ModelAnswerTest, NamesAreCutToOneShortLine) {
  const std::string packed = Pack({200, "a\nb\r\x1b", std::string(1000, 'v'), false, "text"});
  EXPECT_EQ(Unpack(packed).finish_reason, "ab");
  EXPECT_EQ(Unpack(packed).version, std::string(128, 'v'));
  EXPECT_EQ(Unpack(packed).text, "text");
}

}  // namespace
}  // namespace penstock::remote
