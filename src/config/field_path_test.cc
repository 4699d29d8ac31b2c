#include "config/field_path.h"

#include <gtest/gtest.h>

#include "event/json_writer.h"
#include "event/parsed_json.h"

namespace penstock {
namespace {

std::string With(const char* map, std::string_view path, const char* value) {
  const ParsedJson parsed(map);
  Arena arena;
  const std::optional<FieldPath> field = ParseFieldPath(path);
  if (value == nullptr) return ToJson(WithField(parsed.root(), field->names, nullptr, arena).value_or(Value()));
  const ParsedJson replacement(value);
  const Value root = replacement.root();
  return ToJson(WithField(parsed.root(), field->names, &root, arena).value_or(Value()));
}

TEST(FieldPath, ReadsNames) {
  const std::optional<FieldPath> path = ParseFieldPath("event.card.number");
  ASSERT_TRUE(path);
  EXPECT_EQ(path->root, "event");
  EXPECT_EQ(path->names, (std::vector<std::string>{"card", "number"}));
  EXPECT_EQ(path->Text(), "event.card.number");
  for (const char* text : {"", ".", "event.", ".a", "a..b", "a-b", "1a", "a.b[0]", "a b"})
    EXPECT_FALSE(ParseFieldPath(text)) << text;
  std::string deep = "event";
  for (int i = 0; i < 17; ++i) deep += ".a";
  EXPECT_FALSE(ParseFieldPath(deep));
}

TEST(FieldPath, SetsFields) {
  EXPECT_EQ(With(R"({"a":1,"b":[1.50]})", "event.a", "2"), R"({"a":2,"b":[1.50]})");
  EXPECT_EQ(With(R"({"a":1})", "event.b.c", "2"), R"({"a":1,"b":{"c":2}})");
  EXPECT_EQ(With(R"({"a":{"b":1,"c":2},"d":3})", "event.a.b", "null"), R"({"a":{"b":null,"c":2},"d":3})");
  EXPECT_EQ(With(R"({"a":1})", "event.a.b", "2"), "null");  // nothing is returned
}

TEST(FieldPath, TakesFieldsAway) {
  EXPECT_EQ(With(R"({"a":1,"b":2})", "event.a", nullptr), R"({"b":2})");
  EXPECT_EQ(With(R"({"a":{"b":1}})", "event.a.b", nullptr), R"({"a":{}})");
  EXPECT_EQ(With(R"({"a":1})", "event.x.y", nullptr), R"({"a":1})");
}

}  // namespace
}  // namespace penstock
