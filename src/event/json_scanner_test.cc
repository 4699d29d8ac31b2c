#include "event/json_scanner.h"

#include <gtest/gtest.h>
#include <simdjson.h>

#include <map>
#include <string>
#include <string_view>

#include "event/compare.h"
#include "event/json_writer.h"
#include "event/parsed_json.h"
#include "event/random_json.h"
#include "event/simdjson_oracle.h"

namespace penstock {
namespace {

struct Duplicates {
  std::string_view text;
  std::string_view written;
  uint32_t count;
};

constexpr Duplicates kDuplicates[] = {
    {R"({"a":1,"a":2})", R"({"a":2})", 1},
    {R"({"a":1,"b":2,"a":3})", R"({"b":2,"a":3})", 1},
    {R"({"a":1,"a":2,"a":3})", R"({"a":3})", 2},
    {R"({"":1,"":2})", R"({"":2})", 1},
    {R"({"a":1,"":0,"a":2,"":3})", R"({"a":2,"":3})", 2},
    {R"({"a":1,"\u0061":2})", R"({"a":2})", 1},
    {R"({"\u0061":1,"a":2})", R"({"a":2})", 1},
    {R"({"\u0061":1,"\u0061":2})", R"({"a":2})", 1},
    {R"({"\u00e9":1,"é":2,"e":3})", R"({"é":2,"e":3})", 1},
    {R"({"a/b":1,"a\/b":2})", R"({"a/b":2})", 1},
    {R"({"\n":1,"\u000a":2})", R"({"\n":2})", 1},
    {R"({"12345678":1,"12345678":2})", R"({"12345678":2})", 1},
    {R"({"a longer name":1,"a longer name":2,"a longer nam":3})", R"({"a longer name":2,"a longer nam":3})", 1},
    {R"({"a":{"x":1,"x":2},"a":{"y":3}})", R"({"a":{"y":3}})", 2},
    {R"({"a":[1,2,{"z":[]}],"a":{"y":3,"y":[4]}})", R"({"a":{"y":[4]}})", 2},
    {R"([1, {"x": 1 , "x": [ 2 ]}, [ 3 ]])", R"([1,{"x":[ 2 ]},[ 3 ]])", 1},
    {R"({"o" : {"i" : [ {"k":1,"k":2} ]}, "p" : { "q" : 1.50 } })", R"({"o":{"i":[{"k":2}]},"p":{ "q" : 1.50 }})", 1},
    {R"({"a":1,"A":2,"a ":3," a":4})", R"({"a":1,"A":2,"a ":3," a":4})", 0},
    {R"({"a":{"a":{"a":1}}})", R"({"a":{"a":{"a":1}}})", 0},
    {R"([{"a":1},{"a":1}])", R"([{"a":1},{"a":1}])", 0},
};

TEST(JsonScannerTest, TheLastOfTheSameNameCounts) {
  for (const Duplicates& example : kDuplicates) {
    const ParsedJson json(example.text);
    EXPECT_EQ(json.document().duplicate_keys(), example.count) << example.text;
    EXPECT_EQ(ToJson(json.root()), example.written) << example.text;
    EXPECT_TRUE(Equals(json.root(), ParsedJson(example.written).root())) << example.text;
  }
}

// Where in the text, and how near to its end, two keys stand must not matter.
TEST(JsonScannerTest, FindsDuplicatesOfEveryLengthEverywhere) {
  for (size_t length = 0; length <= 20; ++length) {
    const std::string key = '"' + std::string("abcdefghijklmnopqrst", length) + '"';
    for (size_t spaces = 0; spaces <= 12; ++spaces) {
      for (const std::string before : {"", R"("other\n":0,)"}) {
        const std::string text = "{" + before + key + ":1," + key + ":" + std::string(spaces, ' ') + "2}";
        const ParsedJson json(text);
        ASSERT_EQ(json.document().duplicate_keys(), 1U) << text;
        ASSERT_EQ(json.At(std::string("abcdefghijklmnopqrst", length)).as_int(), 2) << text;
      }
    }
  }
}

TEST(JsonScannerTest, CountsMembersWithoutShadowedOnes) {
  const ParsedJson json(R"({"a":1,"b":2,"a":3,"c":{"d":1,"d":2},"b":4})");
  EXPECT_EQ(MapSize(json.root()), 3U);
  EXPECT_EQ(json.At("a").as_int(), 3);
  EXPECT_EQ(json.At("b").as_int(), 4);
  EXPECT_EQ(MapSize(json.At("c")), 1U);
}

// A map whose keys are drawn from `names` many. The expected map is what the last of each name says.
struct DrawnMap {
  std::string text;
  std::map<std::string, int64_t> last;
  uint32_t duplicates = 0;
};

DrawnMap DrawMap(RandomJson& random, size_t members, size_t names) {
  DrawnMap map{"{", {}, 0};
  for (size_t i = 0; i < members; ++i) {
    const std::string name = "key" + std::to_string(random.Below(names));
    const bool escaped = random.Below(5) == 0;
    const std::string nested = random.Below(4) == 0 ? R"({"key1":0,"v":)" : "";
    if (i > 0) map.text += ',';
    map.text += '"' + (escaped ? "\\u006b" + name.substr(1) : name) + "\":" + nested + std::to_string(i);
    if (!nested.empty()) map.text += '}';
    map.duplicates += map.last.contains(name) ? 1 : 0;
    map.last[name] = static_cast<int64_t>(i);
  }
  map.text += '}';
  return map;
}

void ExpectLastMembers(const DrawnMap& map) {
  const ParsedJson json(map.text);
  ASSERT_EQ(json.document().duplicate_keys(), map.duplicates) << map.text;
  ASSERT_EQ(MapSize(json.root()), map.last.size()) << map.text;
  for (const auto& [name, expected] : map.last) {
    const Value value = json.At(name);
    ASSERT_EQ((value.Is(ValueKind::kMap) ? MapFind(value, "v").value() : value).as_int(), expected) << map.text;
  }
  ASSERT_TRUE(Equals(ParsedJson(ToJson(json.root())).root(), json.root())) << map.text;
}

// Around 32 members another way of finding duplicates begins.
TEST(JsonScannerTest, FindsDuplicatesInMapsOfAllSizes) {
  constexpr uint64_t kSeed = 20260107;
  SCOPED_TRACE(kSeed);
  RandomJson random(kSeed);
  for (size_t members = 0; members < 100; ++members)
    for (const size_t names : {1U, 5U, 40U, 1000U}) ExpectLastMembers(DrawMap(random, members, names));
}

TEST(JsonScannerTest, FindsADuplicateInTheThirtyThirdMember) {
  for (const int members : {31, 32, 33, 34, 64, 65}) {
    std::string text = "{";
    for (int i = 0; i < members; ++i) text += "\"k" + std::to_string(i) + "\":0,";
    const ParsedJson json(text + R"("k0":1,"k1":2})");
    EXPECT_EQ(json.document().duplicate_keys(), 2U) << members;
    EXPECT_EQ(json.At("k0").as_int(), 1) << members;
    EXPECT_EQ(json.At("k1").as_int(), 2) << members;
    EXPECT_EQ(MapSize(json.root()), static_cast<uint32_t>(members)) << members;
  }
}

// Time in the square of the members would be noticed as a test that hangs.
TEST(JsonScannerTest, TakesMapsOfManyMembers) {
  constexpr int kMembers = 100'000;
  for (const int names : {kMembers, kMembers / 2}) {
    std::string text = "{";
    for (int i = 0; i < kMembers; ++i) text += "\"name" + std::to_string(i % names) + "\":" + std::to_string(i) + ",";
    text.back() = '}';
    const ParsedJson json(text);
    EXPECT_EQ(MapSize(json.root()), static_cast<uint32_t>(names));
    EXPECT_EQ(json.document().duplicate_keys(), static_cast<uint32_t>(kMembers - names));
    EXPECT_EQ(json.At("name7").as_int(), kMembers - names + 7);
  }
}

class Mutator {
 public:
  explicit Mutator(RandomJson& random) : random_(random) {}

  void Change(std::string& text) {
    const size_t at = random_.Below(text.size() + 1);
    const size_t size = random_.Below(text.size() - at + 1);
    switch (random_.Below(6)) {
      case 0: text.erase(at, 1 + random_.Below(3)); break;
      case 1: text.insert(at, 1, Byte()); break;
      case 2: text.insert(at, text.substr(at, random_.Below(20))); break;
      case 3: text.resize(at); break;
      case 4: text.insert(at, text.substr(at, size)); break;
      default:
        if (at < text.size()) text[at] = Byte();
    }
  }

 private:
  char Byte() {
    constexpr std::string_view kTelling = "{}[]:,\"\\ \n0123456789.eE+-tfnu";
    if (random_.Below(5) == 0) return static_cast<char>(random_.Below(256));
    return kTelling[random_.Below(kTelling.size())];
  }

  RandomJson& random_;
};

void ExpectAsSimdjson(const std::string& text, simdjson::dom::parser& their_parser, JsonParser& parser) {
  const auto theirs = their_parser.parse(text);
  const ExactBytes bytes(text);
  Arena arena;
  const Result<const JsonDocument*> ours = parser.Parse(bytes.text(), arena);
  if (theirs.error() == simdjson::SUCCESS) {
    ASSERT_TRUE(ours) << ours.error().message << "\n" << text;
    ASSERT_TRUE(SameAsSimdjson(theirs.value_unsafe(), (*ours)->root())) << text;
  } else if (ours) {
    ASSERT_TRUE(MayHaveBigInteger(text)) << theirs.error() << "\n" << text;
  }
}

TEST(JsonScannerTest, AgreesWithSimdjson) {
  constexpr uint64_t kSeed = 20260108;
  SCOPED_TRACE(kSeed);
  RandomJson random(kSeed, true);
  Mutator mutator(random);
  simdjson::dom::parser their_parser;
  JsonParser parser;
  for (int round = 0; round < 6'000 && !testing::Test::HasFatalFailure(); ++round) {
    const std::string valid = random.Space() + random.Value(5) + random.Space();
    ExpectAsSimdjson(valid, their_parser, parser);
    for (int i = 0; i < 8 && !testing::Test::HasFatalFailure(); ++i) {
      std::string text = valid;
      for (size_t changes = 1 + random.Below(3); changes > 0; --changes) mutator.Change(text);
      ExpectAsSimdjson(text, their_parser, parser);
    }
  }
}

}  // namespace
}  // namespace penstock
