#include "event/json_string.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "base/utf8.h"
#include "event/parsed_json.h"

namespace penstock {
namespace {

// Decodes into exactly as much room as is promised to suffice. A fault is returned as `offset: what`.
std::string Decode(std::string_view raw) {
  const ExactBytes source(raw);
  const auto room = std::make_unique<char[]>(raw.size());
  size_t size = 0;
  if (const auto fault = DecodeJsonString(source.text(), room.get(), size))
    return "fault at " + std::to_string(fault->offset) + ": " + fault->what;
  return {room.get(), size};
}

TEST(JsonStringTest, CopiesWhatHasNoEscapes) {
  EXPECT_EQ(Decode(""), "");
  EXPECT_EQ(Decode("plain"), "plain");
  EXPECT_EQ(Decode("é€😀\x7F"), "é€😀\x7F");
}

TEST(JsonStringTest, DecodesShortEscapes) {
  EXPECT_EQ(Decode(R"(\"\\\/\b\f\n\r\t)"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(Decode(R"(a\nb)"), "a\nb");
  EXPECT_EQ(Decode(R"(\\n)"), "\\n");
  EXPECT_EQ(Decode(R"(\\\\)"), "\\\\");
  EXPECT_EQ(Decode(R"(C:\\dir\\file end\\)"), R"(C:\dir\file end\)");
}

TEST(JsonStringTest, DecodesCodePoints) {
  EXPECT_EQ(Decode(R"(\u0041)"), "A");
  EXPECT_EQ(Decode(R"(\u00e9\u00E9)"), "éé");
  EXPECT_EQ(Decode(R"(\u20AC)"), "€");
  EXPECT_EQ(Decode(R"(\ud83d\ude00)"), "😀");
  EXPECT_EQ(Decode(R"(\uD800\uDC00\uDBFF\uDFFF)"), "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF");
  EXPECT_EQ(Decode(R"(x\u0000y)"), std::string("x\0y", 3));
  EXPECT_EQ(Decode(R"(\u0022\u005c\u000a)"), "\"\\\n");
  EXPECT_EQ(Decode(R"(\uFFFE\uFFFF\uFEFF)"), "\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBB\xBF") << "noncharacters are characters";
  EXPECT_EQ(Decode(R"(\u00e9t\u00e9)"), "été");
  EXPECT_EQ(Decode(R"(\u00410)"), "A0");
}

TEST(JsonStringTest, DecodesEveryCodeUnit) {
  for (uint32_t unit = 0; unit <= 0xFFFF; ++unit) {
    char raw[8];
    std::snprintf(raw, sizeof raw, unit % 2 == 0 ? "\\u%04x" : "\\u%04X", unit);
    const std::string decoded = Decode(raw);
    if (IsSurrogate(unit)) {
      ASSERT_TRUE(decoded.starts_with("fault at 0: ")) << raw;
    } else {
      ASSERT_EQ(DecodeUtf8(decoded), (Utf8Character{unit, decoded.size()})) << raw;
    }
  }
}

TEST(JsonStringTest, DecodesPairsOfSurrogates) {
  for (uint32_t code_point = 0x10000; code_point <= kMaxCodePoint; code_point += 0x101) {
    char raw[16];
    std::snprintf(raw, sizeof raw, "\\u%04x\\u%04x", 0xD800 + ((code_point - 0x10000) >> 10),
                  0xDC00 + (code_point & 0x3FF));
    ASSERT_EQ(DecodeUtf8(Decode(raw)), (Utf8Character{code_point, 4})) << raw;
  }
}

struct BadString {
  std::string_view raw;
  size_t offset;
  std::string_view what;
};

constexpr std::string_view kUnknown = "an unknown escape";
constexpr std::string_view kDigits = "\\u needs four hexadecimal digits";
constexpr std::string_view kLoneHigh = "a high surrogate without a low one after it";
constexpr std::string_view kLoneLow = "a low surrogate without a high one before it";

constexpr BadString kBadStrings[] = {
    {R"(\x41)", 0, kUnknown},
    {R"(ab\a)", 2, kUnknown},
    {R"(\n\v)", 2, kUnknown},
    {R"(\')", 0, kUnknown},
    {R"(\0)", 0, kUnknown},
    {R"(\U0041)", 0, kUnknown},
    {R"(\ n)", 0, kUnknown},
    {R"(\é)", 0, kUnknown},
    {R"(\u)", 0, kDigits},
    {R"(\u1)", 0, kDigits},
    {R"(\u123)", 0, kDigits},
    {R"(ok\u12G4)", 2, kDigits},
    {R"(\u00:0)", 0, kDigits},
    {R"(\u00@0)", 0, kDigits},
    {R"(\u00`0)", 0, kDigits},
    {R"(\u00/0)", 0, kDigits},
    {R"(\u+123)", 0, kDigits},
    {R"(\u 123)", 0, kDigits},
    {R"(\u12é)", 0, kDigits},
    {R"(\ud83d)", 0, kLoneHigh},
    {R"(a\ud83dbc)", 1, kLoneHigh},
    {R"(\ud83d\n)", 0, kLoneHigh},
    {R"(\ud83d\\ude00)", 0, kLoneHigh},
    {R"(\ud83d\u0041)", 0, kLoneHigh},
    {R"(\ud83d\ud83d)", 0, kLoneHigh},
    {R"(\ud83d\ude0)", 0, kLoneHigh},
    {R"(\ud83d\u)", 0, kLoneHigh},
    {R"(\ud83d\)"
     "u",
     0, kLoneHigh},
    {R"(\ud83dude00)", 0, kLoneHigh},
    {R"(\ude00)", 0, kLoneLow},
    {R"(\ude00\ud83d)", 0, kLoneLow},
    {R"(\ud83d\ude00\ude00)", 12, kLoneLow},
    {R"(\udfff)", 0, kLoneLow},
};

TEST(JsonStringTest, RefusesBadEscapesAndSaysWhere) {
  for (const BadString& bad : kBadStrings)
    EXPECT_EQ(Decode(bad.raw), "fault at " + std::to_string(bad.offset) + ": " + std::string(bad.what)) << bad.raw;
}

TEST(JsonStringTest, RefusesEveryOtherLetter) {
  constexpr std::string_view kLetters = "\"\\/bfnrtu";
  for (int byte = 0x20; byte < 0x7F; ++byte) {
    if (kLetters.find(static_cast<char>(byte)) != std::string_view::npos) continue;
    EXPECT_EQ(Decode(std::string{'\\', static_cast<char>(byte), '0', '0', '4', '1'}), "fault at 0: an unknown escape")
        << byte;
  }
}

}  // namespace
}  // namespace penstock
