#include "event/json_fault.h"

#include <gtest/gtest.h>

#include "event/parsed_json.h"

namespace penstock {
namespace {

std::string Describe(const JsonFault& fault) { return std::to_string(fault.offset) + ": " + fault.what; }
std::string Utf8Fault(std::string_view source) { return Describe(FindUtf8Fault(ExactBytes(source).text())); }
std::string StringFault(std::string_view source) { return Describe(FindStringFault(ExactBytes(source).text())); }

TEST(JsonFaultTest, DescribesBytes) {
  EXPECT_EQ(DescribeByte('x'), "'x'");
  EXPECT_EQ(DescribeByte('~'), "'~'");
  EXPECT_EQ(DescribeByte('\''), "'''");
  EXPECT_EQ(DescribeByte(' '), "byte 0x20");
  EXPECT_EQ(DescribeByte('\0'), "byte 0x00");
  EXPECT_EQ(DescribeByte('\x7F'), "byte 0x7F");
  EXPECT_EQ(DescribeByte('\xC3'), "byte 0xC3");
  EXPECT_EQ(DescribeByte('\xFF'), "byte 0xFF");
}

TEST(JsonFaultTest, BecomesAnError) {
  EXPECT_EQ(AsError({7, "expected a value"}), (Error{ErrorKind::kInvalid, "invalid JSON at byte 7: expected a value"}));
  EXPECT_EQ(AsError({7, "too deep", ErrorKind::kLimit}),
            (Error{ErrorKind::kLimit, "JSON beyond a limit at byte 7: too deep"}));
}

TEST(JsonFaultTest, FindsTheFirstByteThatIsNotUtf8) {
  EXPECT_EQ(Utf8Fault("\xFF"), "0: byte 0xFF begins no valid UTF-8 character");
  EXPECT_EQ(Utf8Fault("\"é\x80\xFF\""), "3: byte 0x80 begins no valid UTF-8 character");
  EXPECT_EQ(Utf8Fault("\"\xED\xA0\x80\""), "1: byte 0xED begins no valid UTF-8 character") << "a surrogate";
  EXPECT_EQ(Utf8Fault("\"\xC0\xAF\""), "1: byte 0xC0 begins no valid UTF-8 character") << "overlong";
  EXPECT_EQ(Utf8Fault("\"\xF4\x90\x80\x80\""), "1: byte 0xF4 begins no valid UTF-8 character") << "above U+10FFFF";
  EXPECT_EQ(Utf8Fault("\"ab\xE2\x82"), "3: byte 0xE2 begins no valid UTF-8 character") << "cut off";
}

TEST(JsonFaultTest, FindsTheStringThatIsNotClosed) {
  EXPECT_EQ(StringFault("\""), "0: the string that begins here is not closed");
  EXPECT_EQ(StringFault(R"({"a":"b)"), "5: the string that begins here is not closed");
  EXPECT_EQ(StringFault(R"({"a":"b\")"), "5: the string that begins here is not closed");
  EXPECT_EQ(StringFault(R"({"a":"b\\\")"), "5: the string that begins here is not closed");
  EXPECT_EQ(StringFault(R"({"a\\":"b\)"), "7: the string that begins here is not closed");
  EXPECT_EQ(StringFault(R"([\"a"])"), "4: the string that begins here is not closed") << "an escaped quote opens none";
}

TEST(JsonFaultTest, FindsControlCharactersInStrings) {
  EXPECT_EQ(StringFault("[\n\"a\tb\"]"), "4: byte 0x09 must be escaped inside a string");
  EXPECT_EQ(StringFault("\"\n"), "1: byte 0x0A must be escaped inside a string") << "before the missing quote";
  EXPECT_EQ(StringFault(std::string_view("\"a\0\"", 4)), "2: byte 0x00 must be escaped inside a string");
  EXPECT_EQ(StringFault("\"\x1F\""), "1: byte 0x1F must be escaped inside a string");
  EXPECT_EQ(StringFault("\"a\\\nb\""), "3: byte 0x0A must be escaped inside a string") << "a backslash does not help";
  EXPECT_EQ(StringFault("\"a\\\\\nb\""), "4: byte 0x0A must be escaped inside a string");
  EXPECT_EQ(StringFault("\\\" \"a\nb\""), "5: byte 0x0A must be escaped inside a string")
      << "an escaped quote opens none";
}

}  // namespace
}  // namespace penstock
