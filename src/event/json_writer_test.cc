#include "event/json_writer.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <string>

#include "base/utf8.h"
#include "event/compare.h"
#include "event/parsed_json.h"
#include "event/random_json.h"

namespace penstock {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(JsonWriterTest, WritesScalars) {
  EXPECT_EQ(ToJson(Value::Null()), "null");
  EXPECT_EQ(ToJson(Value::Bool(true)), "true");
  EXPECT_EQ(ToJson(Value::Bool(false)), "false");
  EXPECT_EQ(ToJson(Value::Int(0)), "0");
  EXPECT_EQ(ToJson(Value::Int(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(ToJson(Value::Int(INT64_MAX)), "9223372036854775807");
  EXPECT_EQ(ToJson(Value::Uint(UINT64_MAX)), "18446744073709551615");
  EXPECT_EQ(ToJson(Value::String("text")), "\"text\"");
  EXPECT_EQ(ToJson(Value::String({})), "\"\"");
}

TEST(JsonWriterTest, Appends) {
  std::string out = "before ";
  AppendJson(Value::Int(1), out);
  AppendJsonString("a", out);
  AppendDouble(2, out);
  EXPECT_EQ(out, "before 1\"a\"2.0");
}

struct WrittenDouble {
  double value;
  std::string_view text;
};

constexpr WrittenDouble kDoubles[] = {
    {0.0, "0.0"},
    {-0.0, "-0.0"},
    {1.0, "1.0"},
    {-1.0, "-1.0"},
    {100.0, "100.0"},
    {0.1, "0.1"},
    {0.1 + 0.2, "0.30000000000000004"},
    {1.0 / 3.0, "0.3333333333333333"},
    {1e15, "1e+15"},
    {123456789012345680.0, "123456789012345680.0"},
    {1e22, "1e+22"},
    {1e23, "1e+23"},
    {9007199254740993.0, "9007199254740992.0"},
    {5e-324, "5e-324"},
    {2.2250738585072014e-308, "2.2250738585072014e-308"},
    {1.7976931348623157e308, "1.7976931348623157e+308"},
    {1e-5, "1e-05"},
    {0.001, "0.001"},
};

TEST(JsonWriterTest, WritesTheShortestDouble) {
  for (const WrittenDouble& written : kDoubles) {
    EXPECT_EQ(ToJson(Value::Double(written.value)), written.text);
    std::string text;
    AppendDouble(written.value, text);
    EXPECT_EQ(text, written.text);
  }
}

TEST(JsonWriterTest, WritesWhatIsNotFiniteAsStrings) {
  EXPECT_EQ(ToJson(Value::Double(kNan)), "\"NaN\"");
  EXPECT_EQ(ToJson(Value::Double(-kNan)), "\"NaN\"");
  EXPECT_EQ(ToJson(Value::Double(kInfinity)), "\"Infinity\"");
  EXPECT_EQ(ToJson(Value::Double(-kInfinity)), "\"-Infinity\"");
  std::string text;
  AppendDouble(-kInfinity, text);
  AppendDouble(kNan, text);
  EXPECT_EQ(text, "-InfinityNaN");
}

TEST(JsonWriterTest, DoublesReadBackAsTheyWere) {
  constexpr uint64_t kSeed = 20260109;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  for (int i = 0; i < 100'000; ++i) {
    const auto value = std::bit_cast<double>(i % 2 == 0 ? random() : random() & 0x000FFFFFFFFFFFFF);
    if (!std::isfinite(value)) continue;
    const std::string text = ToJson(Value::Double(value));
    const Value read = ParsedJson(text).root();
    ASSERT_TRUE(read.Is(ValueKind::kDouble)) << text;
    ASSERT_EQ(std::bit_cast<uint64_t>(read.as_double()), std::bit_cast<uint64_t>(value)) << text;
  }
}

TEST(JsonWriterTest, EscapesStrings) {
  EXPECT_EQ(ToJson(Value::String("\"\\/\b\f\n\r\t")), R"("\"\\/\b\f\n\r\t")");
  EXPECT_EQ(ToJson(Value::String(std::string_view("a\0b\x1F\x7F", 5))), "\"a\\u0000b\\u001f\x7F\"");
  EXPECT_EQ(ToJson(Value::String("é€😀\u2028")), "\"é€😀\u2028\"") << "UTF-8 stays as it is";
}

TEST(JsonWriterTest, StringsReadBackAsTheyWere) {
  for (char32_t code_point = 0; code_point < 0x3000; ++code_point) {
    std::string text = "<";
    AppendUtf8(text, code_point);
    text += '>';
    ASSERT_EQ(ParsedJson(ToJson(Value::String(text))).root().text(), text) << static_cast<uint32_t>(code_point);
  }
}

TEST(JsonWriterTest, WritesWhatJsonHasNoFormFor) {
  EXPECT_EQ(ToJson(Value::Bytes("")), "\"\"");
  EXPECT_EQ(ToJson(Value::Bytes("\xFB\xFF")), "\"+/8=\"");
  EXPECT_EQ(ToJson(Value::Time({1767225600, 500'000'000})), "\"2026-01-01T00:00:00.5Z\"");
  EXPECT_EQ(ToJson(Value::Duration(1'500'000'000)), "\"1.5s\"");
  EXPECT_EQ(ToJson(Value::Duration(-90'000'000'000)), "\"-90s\"");
  EXPECT_EQ(ToJson(Value::Type("google.protobuf.Timestamp")), "\"google.protobuf.Timestamp\"");
  EXPECT_EQ(ToJson(Value::Error("no such \"key\"")), R"("no such \"key\"")");
  EXPECT_EQ(ToJson(Value::OptionalNone()), "null");
  const Value inner = Value::Int(1);
  const Value optional = Value::Optional(&inner);
  EXPECT_EQ(ToJson(optional), "1");
  EXPECT_EQ(ToJson(Value::Optional(&optional)), "1");
}

TEST(JsonWriterTest, WritesListsAndMapsOfAnArena) {
  Arena arena;
  const ParsedJson json(R"({ "x" : 1.00 })");
  const Value items[] = {Value::Int(1), json.root(), Value::List(nullptr, 0), Value::String("\n")};
  EXPECT_EQ(ToJson(Value::List(items, 4)), R"([1,{ "x" : 1.00 },[],"\n"])");
  EXPECT_EQ(ToJson(Value::List(nullptr, 0)), "[]");
  MapBuilder builder(arena, 2);
  builder.Add(Value::String("b\t"), Value::List(items, 1));
  builder.Add(Value::String("a"), MapBuilder(arena, 0).Finish());
  EXPECT_EQ(ToJson(builder.Finish()), R"({"b\t":[1],"a":{}})") << "in the order in which they were added";
}

TEST(JsonWriterTest, WritesKeysThatAreNoStrings) {
  Arena arena;
  MapBuilder builder(arena, 5);
  builder.Add(Value::Int(-1), Value::Int(1));
  builder.Add(Value::Uint(UINT64_MAX), Value::Int(2));
  builder.Add(Value::Bool(true), Value::Int(3));
  builder.Add(Value::String("-1"), Value::Int(4));
  EXPECT_EQ(ToJson(builder.Finish()), R"({"-1":1,"18446744073709551615":2,"true":3,"-1":4})");
}

TEST(JsonWriterTest, CopiesWhatNothingChanged) {
  constexpr std::string_view kText =
      R"({ "a" : 1.50 , "b":[ 1E2, -0.0 , 123456789012345678901234567890 ],"\u0061b" :"\u00e9\/", "c":{ }})";
  const ParsedJson json(std::string("\n ") + std::string(kText) + "\t");
  EXPECT_EQ(ToJson(json.root()), kText);
  EXPECT_EQ(ToJson(json.At("b")), "[ 1E2, -0.0 , 123456789012345678901234567890 ]");
  EXPECT_EQ(ToJson(json.At("c")), "{ }");
  EXPECT_EQ(ToJson(json.At("ab")), "\"é/\"") << "a string by itself is written anew";
}

struct Rewritten {
  std::string_view text;
  std::string_view written;
};

// What holds a shadowed member is written anew; the values in it keep their bytes.
constexpr Rewritten kRewritten[] = {
    {R"({"a":0,"n" : 1.50,"a":1E2})", R"({"n":1.50,"a":1E2})"},
    {R"({"a":0,"a":123456789012345678901234567890})", R"({"a":123456789012345678901234567890})"},
    {R"({"a":0, "a":[ 1 , 2 ], "s":"\u00e9\/"})", R"({"a":[ 1 , 2 ],"s":"\u00e9\/"})"},
    {R"({"a":{"x":0},"a":null})", R"({"a":null})"},
    {R"({"a":null,"a":{ "x" : {} }})", R"({"a":{ "x" : {} }})"},
    {R"([ {"a":0,"a":1} , { "b" : 2 } , 3.0 ])", R"([{"a":1},{ "b" : 2 },3.0])"},
    {R"({"k\u0065y\n":[[{"":0,"":-0.0}], [ ]]})", R"({"key\n":[[{"":-0.0}],[ ]]})"},
    {R"({"a":true,"a":false})", R"({"a":false})"},
};

TEST(JsonWriterTest, WritesMapsWithoutShadowedMembers) {
  for (const Rewritten& example : kRewritten) EXPECT_EQ(ToJson(ParsedJson(example.text).root()), example.written);
}

TEST(JsonWriterTest, DocumentsReadBackAsTheyWere) {
  constexpr uint64_t kSeed = 20260110;
  SCOPED_TRACE(kSeed);
  for (const bool duplicate_keys : {false, true}) {
    RandomJson random(kSeed, duplicate_keys);
    for (int round = 0; round < 2'000; ++round) {
      const ParsedJson json(random.Space() + random.List(4));
      const std::string written = ToJson(json.root());
      const ParsedJson again(written);
      ASSERT_TRUE(Equals(again.root(), json.root())) << json.document().source() << "\n" << written;
      ASSERT_EQ(again.document().duplicate_keys(), 0U) << written;
      ASSERT_EQ(ToJson(again.root()), written);
      if (json.document().duplicate_keys() == 0) {
        ASSERT_EQ(written, json.document().SourceAt(0));
      }
    }
  }
}

TEST(JsonWriterTest, CopiesInAnArenaReadBackAsTheyWere) {
  constexpr uint64_t kSeed = 20260111;
  SCOPED_TRACE(kSeed);
  RandomJson random(kSeed, true);
  for (int round = 0; round < 2'000; ++round) {
    Arena arena;
    const ParsedJson json(random.Value(4));
    const std::string written = ToJson(DeepCopy(json.root(), arena));
    const ParsedJson again(written);
    ASSERT_TRUE(Equals(again.root(), json.root())) << json.document().source() << "\n" << written;
    ASSERT_EQ(again.root().kind(), json.root().kind());
    ASSERT_EQ(ToJson(DeepCopy(again.root(), arena)), written);
  }
}

}  // namespace
}  // namespace penstock
