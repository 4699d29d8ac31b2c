#include "base/utf8.h"

#include <gtest/gtest.h>

namespace penstock {
namespace {

constexpr Utf8Character kInvalid{kReplacementCharacter, 1};

TEST(Utf8Test, DecodesOneCharacter) {
  EXPECT_EQ(DecodeUtf8("ab"), (Utf8Character{U'a', 1}));
  EXPECT_EQ(DecodeUtf8("\xC3\xA9x"), (Utf8Character{0xE9, 2}));
  EXPECT_EQ(DecodeUtf8("\xE2\x82\xAC"), (Utf8Character{0x20AC, 3}));
  EXPECT_EQ(DecodeUtf8("\xF0\x9F\x98\x80"), (Utf8Character{0x1F600, 4}));
  EXPECT_EQ(DecodeUtf8(std::string_view("\0", 1)), (Utf8Character{0, 1}));
}

TEST(Utf8Test, RefusesWhatIsNotWellFormed) {
  for (const std::string_view text : {
           "\x80",  // a continuation byte
           "\xC3",
           "\xE2\x82",  // cut off
           "\xC3(",     // no continuation
           "\xC0\xAF",  // overlong
           "\xE0\x80\xAF",
           "\xF0\x80\x80\xAF",
           "\xED\xA0\x80",      // a surrogate
           "\xF4\x90\x80\x80",  // above U+10FFFF
           "\xF8\x88\x80\x80\x80",
           "\xFF",
       }) {
    EXPECT_EQ(DecodeUtf8(text), kInvalid);
    EXPECT_FALSE(DecodeUtf8(text).valid());
  }
  EXPECT_TRUE(DecodeUtf8("\xEF\xBF\xBD").valid()) << "U+FFFD itself";
}

TEST(Utf8Test, DecodesWhatItEncodes) {
  std::string text;
  for (char32_t code_point = 0; code_point <= 0x10FFFF; ++code_point) {
    if (code_point == 0xD800) code_point = 0xE000;  // no surrogates
    text.clear();
    AppendUtf8(text, code_point);
    ASSERT_EQ(DecodeUtf8(text), (Utf8Character{code_point, text.size()})) << static_cast<uint32_t>(code_point);
  }
}

TEST(Utf8Test, ReplacesSurrogates) {
  std::string text;
  AppendUtf8(text, 0xD83D);
  EXPECT_EQ(text, "\xEF\xBF\xBD");
}

TEST(Utf8Test, FindsHowMuchIsValid) {
  EXPECT_EQ(ValidUtf8Prefix(""), 0U);
  EXPECT_EQ(ValidUtf8Prefix("plain"), 5U);
  EXPECT_EQ(ValidUtf8Prefix("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), 9U);
  EXPECT_EQ(ValidUtf8Prefix("\x80"), 0U);
  EXPECT_EQ(ValidUtf8Prefix("ab\xC3"), 2U) << "cut off";
  EXPECT_EQ(ValidUtf8Prefix("ab\xE2\x82"), 2U);
  EXPECT_EQ(ValidUtf8Prefix("ab\xFF"
                            "cd"),
            2U)
      << "what comes later does not count";
  EXPECT_EQ(ValidUtf8Prefix("\xEF\xBF\xBD"
                            "a\xED\xA0\x80"),
            4U)
      << "U+FFFD itself is valid, a surrogate is not";
  EXPECT_EQ(ValidUtf8Prefix(std::string_view("a\0b", 3)), 3U);
  EXPECT_TRUE(IsValidUtf8("\xC3\xA9"));
  EXPECT_TRUE(IsValidUtf8({}));
  EXPECT_FALSE(IsValidUtf8("\xC3\xA9\xC3"));
}

TEST(Utf8Test, CountsCodePoints) {
  EXPECT_EQ(CountCodePoints(""), 0U);
  EXPECT_EQ(CountCodePoints("abc"), 3U);
  EXPECT_EQ(CountCodePoints("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), 3U);
  EXPECT_EQ(CountCodePoints("e\xCC\x81"), 2U) << "a letter and its accent";
}

// Encoding, the length that the first byte tells, and decoding agree for every character.
TEST(Utf8Test, KnowsTheBytesOfEveryCharacter) {
  for (char32_t code_point = 0; code_point <= kMaxCodePoint; ++code_point) {
    if (IsSurrogate(code_point)) continue;
    char bytes[4];
    const auto size = static_cast<size_t>(EncodeUtf8(code_point, bytes) - bytes);
    ASSERT_EQ(CodePointBytes(bytes[0]), size) << static_cast<uint32_t>(code_point);
    ASSERT_EQ(DecodeUtf8({bytes, size}), (Utf8Character{code_point, size})) << static_cast<uint32_t>(code_point);
    ASSERT_EQ(ValidUtf8Prefix({bytes, size}), size) << static_cast<uint32_t>(code_point);
    ASSERT_EQ(ValidUtf8Prefix({bytes, size - 1}), 0U) << static_cast<uint32_t>(code_point);
  }
}

TEST(Utf8Test, KnowsSurrogates) {
  EXPECT_FALSE(IsSurrogate(0xD7FF));
  EXPECT_TRUE(IsSurrogate(0xD800));
  EXPECT_TRUE(IsSurrogate(0xDFFF));
  EXPECT_FALSE(IsSurrogate(0xE000));
}

TEST(Utf8Test, KnowsHexadecimalDigits) {
  constexpr std::string_view kLower = "0123456789abcdef";
  constexpr std::string_view kUpper = "0123456789ABCDEF";
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const size_t lower = kLower.find(c);
    const size_t value = lower != std::string_view::npos ? lower : kUpper.find(c);
    EXPECT_EQ(HexDigit(c), value == std::string_view::npos ? -1 : static_cast<int>(value)) << byte;
  }
}

}  // namespace
}  // namespace penstock
