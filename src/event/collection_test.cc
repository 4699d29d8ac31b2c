#include "event/collection.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "event/compare.h"
#include "event/json_writer.h"
#include "event/parsed_json.h"
#include "event/random_json.h"

namespace penstock {
namespace {

std::vector<std::string> Elements(const Value& list) {
  std::vector<std::string> elements;
  ListCursor cursor(list);
  for (Value element; cursor.Next(element);) elements.push_back(ToJson(element));
  return elements;
}

// As `key=value`.
std::vector<std::string> Members(const Value& map) {
  std::vector<std::string> members;
  MapCursor cursor(map);
  Value key;
  for (Value value; cursor.Next(key, value);) members.push_back(ToJson(key) + "=" + ToJson(value));
  return members;
}

TEST(CollectionTest, ListsGiveTheirElements) {
  for (const std::string text : {"[]", "[7]", "[1,2.5,\"a\",null]", "[[1],2,{\"a\":[3]},[[]],4]", "[{},{},0]"}) {
    const ParsedJson json(text);
    Arena arena;
    for (const Value& list : {json.root(), DeepCopy(json.root(), arena)}) {
      const std::vector<std::string> elements = Elements(list);
      ASSERT_EQ(elements.size(), ListSize(list)) << text;
      for (uint32_t i = 0; i < ListSize(list); ++i) EXPECT_EQ(ToJson(ListAt(list, i)), elements[i]) << text;
    }
  }
}

TEST(CollectionTest, FindsElementsAmongNestedOnes) {
  const ParsedJson json(R"({"x":0,"l":[[1,2],{"a":3},"four",5],"y":[6,7]})");
  EXPECT_EQ(ToJson(ListAt(json.At("l"), 0)), "[1,2]");
  EXPECT_EQ(ToJson(ListAt(json.At("l"), 1)), R"({"a":3})");
  EXPECT_EQ(ListAt(json.At("l"), 2).text(), "four");
  EXPECT_EQ(ListAt(json.At("l"), 3).as_int(), 5);
  EXPECT_EQ(ListAt(ListAt(json.At("l"), 0), 1).as_int(), 2);
  EXPECT_EQ(ListAt(json.At("y"), 1).as_int(), 7);
}

// One list in another: as many nodes as elements does not mean that they are all scalars.
TEST(CollectionTest, IsNotMisledByAListOfOneEmptyList) {
  const ParsedJson json("[[],1]");
  EXPECT_TRUE(ListAt(json.root(), 0).Is(ValueKind::kList));
  EXPECT_EQ(ListAt(json.root(), 1).as_int(), 1);
  EXPECT_TRUE(ListAt(ParsedJson("[[[]]]").root(), 0).Is(ValueKind::kList));
}

TEST(CollectionTest, MapsFindTheirMembers) {
  const ParsedJson json(R"({"a":1,"n":{"a":2},"":3,"\u00e9":4,"a":5})");
  Arena arena;
  for (const Value& map : {json.root(), DeepCopy(json.root(), arena)}) {
    EXPECT_EQ(MapSize(map), 4U);
    EXPECT_EQ(MapFind(map, "a")->as_int(), 5);
    EXPECT_EQ(MapFind(map, Value::String("a"))->as_int(), 5);
    EXPECT_EQ(MapFind(map, "")->as_int(), 3);
    EXPECT_EQ(MapFind(map, std::string_view())->as_int(), 3);
    EXPECT_EQ(MapFind(map, "é")->as_int(), 4);
    EXPECT_EQ(MapFind(*MapFind(map, "n"), "a")->as_int(), 2);
    EXPECT_FALSE(MapFind(map, "b"));
    EXPECT_FALSE(MapFind(map, "A"));
    for (const Value& key : {Value::Int(1), Value::Null(), Value::Bool(true), Value::Bytes("a"), Value::Double(1.0)})
      EXPECT_FALSE(MapFind(map, key)) << ToJson(key);
  }
}

TEST(CollectionTest, CursorsSkipShadowedMembers) {
  const ParsedJson json(R"({"a":1,"b":[{"c":2}],"a":{"d":3},"e":4,"e":5,"b":6})");
  const std::vector<std::string> expected = {R"("a"={"d":3})", "\"e\"=5", "\"b\"=6"};
  Arena arena;
  EXPECT_EQ(Members(json.root()), expected);
  EXPECT_EQ(Members(DeepCopy(json.root(), arena)), expected);
  EXPECT_TRUE(Members(ParsedJson("{}").root()).empty());
  EXPECT_EQ(Members(ParsedJson(R"({"x":1,"x":2})").root()), std::vector<std::string>{"\"x\"=2"});
}

TEST(CollectionTest, CursorsAreCopied) {
  const ParsedJson json("[1,2,3]");
  ListCursor cursor(json.root());
  Value element;
  cursor.Next(element);
  ListCursor copy = cursor;
  EXPECT_TRUE(copy.Next(element));
  EXPECT_EQ(element.as_int(), 2);
  EXPECT_TRUE(cursor.Next(element));
  EXPECT_EQ(element.as_int(), 2);
}

// Small maps have no table, large ones do.
TEST(CollectionTest, BuildsMapsOfAllSizes) {
  for (uint32_t size : {0U, 1U, 7U, 8U, 9U, 16U, 17U, 100U, 5000U}) {
    Arena arena;
    MapBuilder builder(arena, size);
    for (uint32_t i = 0; i < size; ++i) {
      const Value key = i % 3 == 0 ? Value::Int(i) : Value::String(arena.Copy("k" + std::to_string(i)));
      ASSERT_TRUE(builder.Add(key, Value::Int(i)));
      ASSERT_FALSE(builder.Add(key, Value::Int(-1))) << "the first one stays";
    }
    const Value map = builder.Finish();
    ASSERT_EQ(MapSize(map), size);
    for (uint32_t i = 0; i < size; ++i) {
      const std::optional<Value> found =
          i % 3 == 0 ? MapFind(map, Value::Int(i)) : MapFind(map, "k" + std::to_string(i));
      ASSERT_EQ(found.value().as_int(), i) << size;
      ASSERT_EQ(MapFind(map, "k" + std::to_string(i)).has_value(), i % 3 != 0) << size;
    }
    EXPECT_FALSE(MapFind(map, Value::Int(size + 3)));
    EXPECT_FALSE(MapFind(map, "k"));
  }
}

TEST(CollectionTest, NumbersThatAreEqualAreOneKey) {
  for (const uint32_t capacity : {4U, 40U}) {
    Arena arena;
    MapBuilder builder(arena, capacity);
    EXPECT_TRUE(builder.Add(Value::Int(1), Value::String("one")));
    EXPECT_FALSE(builder.Add(Value::Uint(1), Value::Null()));
    EXPECT_TRUE(builder.Add(Value::Uint(UINT64_MAX), Value::String("max")));
    EXPECT_TRUE(builder.Add(Value::Bool(true), Value::String("true")));
    EXPECT_TRUE(builder.Add(Value::String("1"), Value::String("text")));
    const Value map = builder.Finish();
    EXPECT_EQ(MapSize(map), 4U);
    EXPECT_EQ(MapFind(map, Value::Double(1.0))->text(), "one");
    EXPECT_EQ(MapFind(map, Value::Uint(1))->text(), "one");
    EXPECT_EQ(MapFind(map, Value::Bool(true))->text(), "true");
    EXPECT_EQ(MapFind(map, "1")->text(), "text");
    EXPECT_FALSE(MapFind(map, Value::Double(1.5)));
    EXPECT_FALSE(MapFind(map, Value::Double(std::nan(""))));
    EXPECT_FALSE(MapFind(map, Value::Int(-1))) << "UINT64_MAX has the same bits";
    EXPECT_FALSE(MapFind(map, Value::Bool(false)));
  }
}

TEST(CollectionTest, CopiesNumbers) {
  const ParsedJson json("[1,2.5,-3,18446744073709551615,5]");
  Arena arena;
  for (const Value& list : {json.root(), DeepCopy(json.root(), arena)}) {
    std::vector<double> out(7, -1.0);
    EXPECT_EQ(CopyNumbers(list, out), 5U);
    EXPECT_EQ(out, (std::vector{1.0, 2.5, -3.0, 18446744073709551616.0, 5.0, -1.0, -1.0}));
    out.assign(3, -1.0);
    EXPECT_EQ(CopyNumbers(list, std::span(out).first(2)), 2U);
    EXPECT_EQ(out, (std::vector{1.0, 2.5, -1.0}));
    EXPECT_EQ(CopyNumbers(list, {}), 0U);
  }
}

TEST(CollectionTest, CopiesNumbersUpToTheFirstOther) {
  for (const std::string other : {"\"4\"", "null", "true", "[4]", "{\"a\":4}", "[]"}) {
    const ParsedJson json("[1,2," + other + ",5,6]");
    Arena arena;
    for (const Value& list : {json.root(), DeepCopy(json.root(), arena)}) {
      std::vector<double> out(5, -1.0);
      EXPECT_EQ(CopyNumbers(list, out), 2U) << other;
      EXPECT_EQ(out[1], 2.0);
      EXPECT_EQ(out[2], -1.0) << other;
    }
  }
  double out = 0;
  EXPECT_EQ(CopyNumbers(ParsedJson("[]").root(), std::span(&out, 1)), 0U);
  EXPECT_EQ(CopyNumbers(ParsedJson("[[1]]").root(), std::span(&out, 1)), 0U);
}

TEST(CollectionTest, DeepCopiesBorrowNothing) {
  Arena arena;
  Value copy;
  {
    Arena other;
    const ParsedJson json(R"({"s":"text","e":"a\nb","l":[1,{"k":"v"}]})");
    Value held = Value::String(other.Copy("held"));
    const Value optional = Value::Optional(&held);
    const Value items[] = {json.root(),
                           Value::Bytes(other.Copy("bytes")),
                           Value::Type(other.Copy("my.Type")),
                           optional,
                           Value::OptionalNone(),
                           Value::Time({5, 6}),
                           Value::Duration(7),
                           Value::Null()};
    copy = DeepCopy(Value::List(items, 8), arena);
  }
  EXPECT_EQ(ToJson(copy), R"([{"s":"text","e":"a\nb","l":[1,{"k":"v"}]},"Ynl0ZXM=","my.Type","held",null,)"
                          R"("1970-01-01T00:00:05.000000006Z","0.000000007s",null])");
  EXPECT_TRUE(ListAt(copy, 1).Is(ValueKind::kBytes));
  EXPECT_TRUE(ListAt(copy, 2).Is(ValueKind::kType));
  EXPECT_EQ(ListAt(copy, 3).as_optional()->text(), "held");
  EXPECT_EQ(ListAt(copy, 4).as_optional(), nullptr);
}

TEST(CollectionTest, DeepCopiesErrors) {
  Arena arena;
  Value copy;
  {
    const std::string message = "a message that is longer than a short string";
    copy = DeepCopy(Value::Error(message), arena);
  }
  EXPECT_TRUE(copy.is_error());
  EXPECT_EQ(copy.text(), "a message that is longer than a short string");
}

TEST(CollectionTest, DeepCopiesAreEqual) {
  constexpr uint64_t kSeed = 20260112;
  SCOPED_TRACE(kSeed);
  RandomJson random(kSeed, true);
  for (int round = 0; round < 1'000; ++round) {
    const ParsedJson json(random.Value(5));
    Arena arena;
    const Value copy = DeepCopy(json.root(), arena);
    ASSERT_TRUE(Equals(copy, json.root())) << json.document().source();
    ASSERT_TRUE(Equals(json.root(), copy)) << json.document().source();
    if (!json.root().Is(ValueKind::kMap)) continue;
    ASSERT_EQ(Members(copy).size(), Members(json.root()).size());
  }
}

}  // namespace
}  // namespace penstock
