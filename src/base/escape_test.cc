#include "base/escape.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

std::string Escaped(std::string_view text) {
  std::string out;
  AppendJsonEscaped(out, text);
  return out;
}

TEST(EscapeTest, LeavesPrintableText) {
  constexpr std::string_view kText = "plain, h\xC3\xA9llo \xE2\x82\xAC \xF0\x9F\x98\x80 /";
  EXPECT_EQ(Escaped(kText), kText);
  EXPECT_FALSE(HasUnprintable(kText));
  EXPECT_EQ(Escaped(""), "");
}

TEST(EscapeTest, EscapesQuotesAndBackslashes) {
  EXPECT_EQ(Escaped(R"(a "b" \c)"), R"(a \"b\" \\c)");
  EXPECT_FALSE(HasUnprintable(R"(a "b" \c)"));
}

TEST(EscapeTest, EscapesWhatForgesOrHides) {
  EXPECT_EQ(Escaped("a\r\n\tb\b\f"), R"(a\r\n\tb\b\f)");
  EXPECT_EQ(Escaped(std::string_view("\0\x1B[2J\x7F", 6)), R"(\u0000\u001b[2J\u007f)");
  EXPECT_EQ(Escaped("\xC2\x9B"), R"(\u009b)") << "begins a terminal's control sequence";
  EXPECT_EQ(Escaped("\xE2\x80\xA8\xE2\x80\xAE\xE2\x81\xA6"), R"(\u2028\u202e\u2066)");
  for (const char* text : {"\n", "\x1B", "\x7F", "\xC2\x85", "\xE2\x80\xA9", "\xE2\x81\xA9"})
    EXPECT_TRUE(HasUnprintable(text)) << Escaped(text);
}

TEST(EscapeTest, ReplacesWhatIsNotUtf8) {
  EXPECT_EQ(Escaped("a\xFFz"), R"(a\ufffdz)");
  EXPECT_TRUE(HasUnprintable("a\xFFz"));
  EXPECT_EQ(Escaped("\xEF\xBF\xBD"), "\xEF\xBF\xBD") << "U+FFFD itself";
}

}  // namespace
}  // namespace penstock
