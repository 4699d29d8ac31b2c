#include "expr/literal.h"

#include <gtest/gtest.h>

#include <cmath>

namespace penstock::expr {
namespace {

std::string MessageOf(const Result<Value>& value) { return value ? "accepted" : value.error().message; }

std::string StringOf(std::string_view text) {
  Arena arena;
  const Result<Value> value = ReadStringLiteral(text, arena);
  return value ? std::string(value->text()) : "invalid: " + value.error().message;
}

std::string BytesOf(std::string_view text) {
  Arena arena;
  const Result<Value> value = ReadBytesLiteral(text, arena);
  return value ? std::string(value->text()) : "invalid: " + value.error().message;
}

TEST(LiteralTest, ReadsIntsUpToBothEnds) {
  EXPECT_EQ(ReadIntLiteral("0", false)->as_int(), 0);
  EXPECT_EQ(ReadIntLiteral("9223372036854775807", false)->as_int(), INT64_MAX);
  EXPECT_EQ(ReadIntLiteral("9223372036854775808", true)->as_int(), INT64_MIN);
  EXPECT_EQ(ReadIntLiteral("0x8000000000000000", true)->as_int(), INT64_MIN);
  EXPECT_EQ(ReadIntLiteral("0x7fFF", false)->as_int(), 0x7FFF);
  EXPECT_FALSE(ReadIntLiteral("9223372036854775808", false));
  EXPECT_FALSE(ReadIntLiteral("9223372036854775809", true));
  EXPECT_FALSE(ReadIntLiteral("99999999999999999999999", false));
  EXPECT_FALSE(ReadIntLiteral("0x8000000000000000", false));
}

TEST(LiteralTest, ReadsUints) {
  EXPECT_EQ(ReadUintLiteral("18446744073709551615u")->as_uint(), UINT64_MAX);
  EXPECT_EQ(ReadUintLiteral("0xFFFFFFFFFFFFFFFFU")->as_uint(), UINT64_MAX);
  EXPECT_EQ(MessageOf(ReadUintLiteral("18446744073709551616u")), "this uint is out of range");
}

TEST(LiteralTest, ReadsDoubles) {
  EXPECT_EQ(ReadDoubleLiteral("1.5e3", false)->as_double(), 1500);
  EXPECT_EQ(ReadDoubleLiteral(".25", true)->as_double(), -0.25);
  EXPECT_TRUE(std::signbit(ReadDoubleLiteral("0.0", true)->as_double()));
  EXPECT_EQ(ReadDoubleLiteral("1e-400", false)->as_double(), 0);
  EXPECT_EQ(ReadDoubleLiteral("5e-324", false)->as_double(), 5e-324);
  EXPECT_FALSE(ReadDoubleLiteral("1e400", false));
}

TEST(LiteralTest, DecodesEscapesOfStrings) {
  EXPECT_EQ(StringOf(R"('\a\b\f\n\r\t\v\\\?\"\'\`')"), "\a\b\f\n\r\t\v\\?\"'`");
  EXPECT_EQ(StringOf(R"('\x41\X42\u00e9\U0001F600\101')"), "ABé😀A");
  EXPECT_EQ(StringOf(R"('\xff')"), "ÿ");
  EXPECT_EQ(StringOf(R"('\000')"), std::string(1, '\0'));
  EXPECT_EQ(StringOf(R"('\u0000x')"), std::string("\0x", 2));
}

TEST(LiteralTest, DecodesEscapesOfBytes) {
  EXPECT_EQ(BytesOf(R"(b'\xff\377é')"), "\xff\xff\xc3\xa9");
  EXPECT_EQ(BytesOf(R"(b'\u00e9')"), R"(invalid: '\u' is no escape; write '\\' for a backslash, or r'...')");
}

TEST(LiteralTest, LeavesRawStringsAlone) {
  EXPECT_EQ(StringOf(R"(r'\n\')"), R"(\n\)");
  EXPECT_EQ(StringOf(R"(R"""\"x""")"), R"(\"x)");
  EXPECT_EQ(BytesOf(R"(rb'\xff')"), R"(\xff)");
}

TEST(LiteralTest, TakesQuotesOff) {
  EXPECT_EQ(StringOf("''"), "");
  EXPECT_EQ(StringOf("''''''"), "");
  EXPECT_EQ(StringOf("'''a'b\n'''"), "a'b\n");
  EXPECT_EQ(StringOf(R"("a'b")"), "a'b");
}

TEST(LiteralTest, SaysWhichEscapeIsWrong) {
  EXPECT_EQ(StringOf(R"('\q')"), R"(invalid: '\q' is no escape; write '\\' for a backslash, or r'...')");
  EXPECT_EQ(StringOf("'\\é'"), "invalid: '\\é' is no escape; write '\\\\' for a backslash, or r'...'");
  EXPECT_EQ(StringOf("'a\\\nb'"), "invalid: '\\\n' is no escape; write '\\\\' for a backslash, or r'...'");
  EXPECT_EQ(StringOf(R"('\u12')"), R"(invalid: '\u' needs 4 hexadecimal digits)");
  EXPECT_EQ(StringOf(R"('\u12G4')"), R"(invalid: '\u' needs 4 hexadecimal digits)");
  EXPECT_EQ(StringOf(R"('\18')"), R"(invalid: '\1' needs 3 octal digits)");
  EXPECT_EQ(StringOf(R"('\400')"), R"(invalid: '\4' is no escape; write '\\' for a backslash, or r'...')");
  EXPECT_EQ(StringOf(R"('\ud800')"), R"(invalid: '\ud800' is no Unicode character)");
  EXPECT_EQ(StringOf(R"('\U00110000')"), R"(invalid: '\U00110000' is no Unicode character)");
  EXPECT_EQ(StringOf(R"('\x+1')"), R"(invalid: '\x' needs 2 hexadecimal digits)");
}

}  // namespace
}  // namespace penstock::expr
