#include "event/json_document.h"

#include <gtest/gtest.h>

#include <vector>

#include "event/compare.h"
#include "event/parsed_json.h"
#include "event/random_json.h"

namespace penstock {
namespace {

constexpr std::string_view kText =
    R"( {"a": 1, "list": [true , null, 2.50], "tab\t": "x\u0041" , "sub":{"a": "plain"}, "u": 9223372036854775808} )";

TEST(JsonDocumentTest, KeepsTheSourceOfEveryValue) {
  const ParsedJson json(kText);
  const JsonDocument& document = json.document();
  const auto source_of = [&](std::string_view name) { return document.SourceAt(document.FindMember(0, name)); };
  EXPECT_EQ(document.SourceAt(0), kText.substr(1, kText.size() - 2));
  EXPECT_EQ(source_of("a"), "1");
  EXPECT_EQ(source_of("list"), "[true , null, 2.50]");
  EXPECT_EQ(source_of("tab\t"), R"("x\u0041")");
  EXPECT_EQ(source_of("sub"), R"({"a": "plain"})");
  EXPECT_EQ(source_of("u"), "9223372036854775808");
  const uint32_t list = document.FindMember(0, "list");
  EXPECT_EQ(document.SourceAt(list + 1), "true");
  EXPECT_EQ(document.SourceAt(list + 2), "null");
  EXPECT_EQ(document.SourceAt(list + 3), "2.50");
}

TEST(JsonDocumentTest, BorrowsTheSource) {
  const ExactBytes bytes(R"({"a":"text"})");
  Arena arena;
  const JsonDocument* document = JsonParser().Parse(bytes.text(), arena).value();
  EXPECT_EQ(document->source().data(), bytes.text().data());
  EXPECT_EQ(document->ValueAt(document->FindMember(0, "a")).text().data(), bytes.text().data() + 6);
}

TEST(JsonDocumentTest, DecodesEscapedTexts) {
  const ParsedJson json(R"({"plain":"p","\u0065":"a\nb","\\":"\"\""})");
  const JsonDocument& document = json.document();
  EXPECT_EQ(document.TextAt(1), "plain");
  EXPECT_EQ(document.TextAt(2), "p");
  EXPECT_EQ(document.TextAt(3), "e");
  EXPECT_EQ(document.TextAt(4), "a\nb");
  EXPECT_EQ(document.TextAt(5), "\\");
  EXPECT_EQ(document.TextAt(6), "\"\"");
  EXPECT_EQ(document.decoded(), "ea\nb\\\"\"");
  EXPECT_EQ(document.ValueAt(4).text(), "a\nb");
}

TEST(JsonDocumentTest, GivesValuesTheirKinds) {
  const ParsedJson json(R"([null,true,false,-1,18446744073709551615,1.0,"s","\n",[],{}])");
  std::vector<ValueKind> kinds;
  for (uint32_t at = 1; at < json.document().node_count(); ++at) kinds.push_back(json.document().ValueAt(at).kind());
  using enum ValueKind;
  EXPECT_EQ(kinds, (std::vector{kNull, kBool, kBool, kInt, kUint, kDouble, kString, kString, kList, kMap}));
  EXPECT_TRUE(json.document().ValueAt(2).is_true());
  EXPECT_TRUE(json.document().ValueAt(3).is_false());
}

TEST(JsonDocumentTest, StepsOverNestedValues) {
  const ParsedJson json(R"([[1,[2,3]],{"a":{"b":4}},5])");
  const JsonDocument& document = json.document();
  EXPECT_EQ(document.After(0), document.node_count());
  const uint32_t map = document.After(1);
  EXPECT_EQ(document.node(map).json_kind(), JsonKind::kMap);
  EXPECT_EQ(document.ValueAt(document.After(map)).as_int(), 5);
}

TEST(JsonDocumentTest, FindsMembers) {
  const ParsedJson json(R"({"a":1,"":2,"ab":{"b":3},"b":4,"c\u0064":5,"nested":[{"x":6}],"x":7})");
  const JsonDocument& document = json.document();
  const auto find = [&](std::string_view name) { return document.ValueAt(document.FindMember(0, name)).as_int(); };
  EXPECT_EQ(find("a"), 1);
  EXPECT_EQ(find(""), 2);
  EXPECT_EQ(find("b"), 4) << "not the one further inside";
  EXPECT_EQ(find("cd"), 5);
  EXPECT_EQ(find("x"), 7);
  for (const std::string_view name : {"A", "abc", "c", "c\\u0064", " ", "nested.x", "1"})
    EXPECT_EQ(document.FindMember(0, name), JsonDocument::kNotFound) << name;
  EXPECT_EQ(document.FindMember(document.FindMember(0, "ab"), "b"), document.FindMember(0, "ab") + 2);
}

TEST(JsonDocumentTest, FindsNothingInAnEmptyMap) {
  const ParsedJson json(R"([{},{"a":1}])");
  EXPECT_EQ(json.document().FindMember(1, "a"), JsonDocument::kNotFound);
  uint32_t distance = 2;  // from the empty map to the key of the next one
  EXPECT_EQ(json.document().FindMember(1, "a", distance), JsonDocument::kNotFound);
}

TEST(JsonDocumentTest, RemembersWhereAMemberStood) {
  uint32_t distance = 0;
  const ParsedJson first(R"({"a":1,"b":2,"c":3})");
  EXPECT_EQ(first.document().FindMember(0, "b", distance), 4U);
  EXPECT_EQ(distance, 3U);
  const ParsedJson other(R"({"b":1,"a":[],"x":[{"b":5}],"c":{}})");
  EXPECT_EQ(other.document().FindMember(0, "b", distance), 2U);
  EXPECT_EQ(distance, 1U);
  const ParsedJson without(R"({"x":1})");
  EXPECT_EQ(without.document().FindMember(0, "b", distance), JsonDocument::kNotFound);
  EXPECT_EQ(distance, 1U) << "is kept for the next map";
}

// A member of the same name that stands at the same distance, but in another map, or that another one shadows.
TEST(JsonDocumentTest, IsNotMisledByAWrongDistance) {
  const ParsedJson nested(R"({"x":{"b":1},"b":2})");
  uint32_t distance = 3;
  EXPECT_EQ(nested.document().ValueAt(nested.document().FindMember(0, "b", distance)).as_int(), 2);
  const ParsedJson shadowed(R"({"b":1,"b":2})");
  distance = 1;
  EXPECT_EQ(shadowed.document().ValueAt(shadowed.document().FindMember(0, "b", distance)).as_int(), 2);
  const ParsedJson text(R"({"x":"b","b":2})");
  distance = 2;
  EXPECT_EQ(text.document().ValueAt(text.document().FindMember(0, "b", distance)).as_int(), 2);
  for (uint32_t wrong : {4U, 5U, 1000U, UINT32_MAX}) EXPECT_EQ(text.document().FindMember(0, "b", wrong), 4U);
}

// With each name and each distance the answer is that of the search without one.
TEST(JsonDocumentTest, FindsTheSameWithEveryDistance) {
  constexpr uint64_t kSeed = 20260104;
  SCOPED_TRACE(kSeed);
  RandomJson random(kSeed, true);
  for (int round = 0; round < 300; ++round) {
    const ParsedJson json(random.Map(3));
    const JsonDocument& document = json.document();
    for (uint32_t map = 0; map < document.node_count(); ++map) {
      if (document.node(map).json_kind() != JsonKind::kMap) continue;
      for (const std::string_view name : {"", "a", "key", "other"}) {
        for (uint32_t distance = 0; distance < document.node_count() + 2; ++distance) {
          uint32_t guess = distance;
          ASSERT_EQ(document.FindMember(map, name, guess), document.FindMember(map, name)) << document.source();
        }
      }
    }
  }
}

// Sources of the values of a list or map lie within its own, in order and apart.
TEST(JsonDocumentTest, SourcesNestAsTheValuesDo) {
  constexpr uint64_t kSeed = 20260105;
  SCOPED_TRACE(kSeed);
  RandomJson random(kSeed);
  for (int round = 0; round < 300; ++round) {
    const ParsedJson json(random.List(4));
    const JsonDocument& document = json.document();
    for (uint32_t at = 0; at < document.node_count(); ++at) {
      const JsonKind kind = document.node(at).json_kind();
      if (kind != JsonKind::kList) continue;
      const char* end = document.SourceAt(at).data();
      for (uint32_t element = at + 1; element != document.node(at).a; element = document.After(element)) {
        const std::string_view source = document.SourceAt(element);
        ASSERT_GT(source.data(), end);
        ASSERT_FALSE(source.empty());
        end = source.data() + source.size();
      }
      ASSERT_LT(end, document.SourceAt(at).data() + document.SourceAt(at).size());
    }
  }
}

// The text of each value, parsed alone, is that value.
TEST(JsonDocumentTest, SourcesAreTheirValues) {
  constexpr uint64_t kSeed = 20260106;
  SCOPED_TRACE(kSeed);
  RandomJson random(kSeed);
  for (int round = 0; round < 200; ++round) {
    const ParsedJson json(random.List(3));
    for (uint32_t at = 0; at < json.document().node_count(); ++at) {
      if (json.document().node(at).json_kind() >= JsonKind::kKey) continue;
      const ParsedJson alone(json.document().SourceAt(at));
      ASSERT_TRUE(Equals(alone.root(), json.document().ValueAt(at))) << json.document().SourceAt(at);
      ASSERT_EQ(alone.root().kind(), json.document().ValueAt(at).kind());
    }
  }
}

}  // namespace
}  // namespace penstock
