#include "event/json_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "event/compare.h"
#include "event/json_writer.h"
#include "event/parsed_json.h"

namespace penstock {
namespace {

std::string Repeat(std::string_view text, size_t count) {
  std::string repeated;
  for (; count > 0; --count) repeated += text;
  return repeated;
}

Error ErrorOf(JsonParser& parser, std::string_view text) {
  Arena arena;
  const ExactBytes bytes(text);
  const Result<const JsonDocument*> parsed = parser.Parse(bytes.text(), arena);
  return parsed ? Error{ErrorKind::kInternal, "accepted"} : parsed.error();
}

std::string MessageOf(std::string_view text) {
  JsonParser parser;
  return ErrorOf(parser, text).message;
}

TEST(JsonParserTest, TakesAnyValueAsTheRoot) {
  for (const std::string text :
       {"null", "true", "false", "0", "-1.5e3", "\"\"", "\"text\"", "[]", "{}", "[[]]", R"({"a":{}})"}) {
    for (const std::string& spaced : {text, " " + text, text + "\n", "\r\n\t " + text + " \t\r\n"})
      EXPECT_EQ(ParsedJson(spaced).document().SourceAt(0), text) << spaced;
  }
}

struct BadText {
  std::string_view text;
  std::string_view message;  // after `invalid JSON at `
};

constexpr BadText kBadTexts[] = {
    {"", "byte 0: the text is empty"},
    {" \n\t\r ", "byte 5: the text is empty"},
    {"\xEF\xBB\xBF{}", "byte 0: expected a value, found a byte order mark"},
    {"[1,2", "byte 4: expected ',' or ']' after an element, but the text ends"},
    {"[1,", "byte 3: expected a value, but the text ends"},
    {"[", "byte 1: expected a value, but the text ends"},
    {"[1 2]", "byte 3: expected ',' or ']' after an element, found '2'"},
    {"[1,]", "byte 3: expected a value, found ']'"},
    {"[,1]", "byte 1: expected a value, found ','"},
    {"[1,,2]", "byte 3: expected a value, found ','"},
    {"[1}", "byte 2: expected ',' or ']' after an element, found '}'"},
    {"[1:2]", "byte 2: expected ',' or ']' after an element, found ':'"},
    {"[[1]2]", "byte 4: expected ',' or ']' after an element, found '2'"},
    {"[[1],]", "byte 5: expected a value, found ']'"},
    {"[1[2]]", "byte 2: expected ',' or ']' after an element, found '['"},
    {R"(["a""b"])", "byte 4: expected ',' or ']' after an element, found '\"'"},
    {"{", "byte 1: expected a member's name in double quotes, but the text ends"},
    {R"({"a")", "byte 4: expected ':' after a member's name, but the text ends"},
    {R"({"a":)", "byte 5: expected a value, but the text ends"},
    {R"({"a":1)", "byte 6: expected ',' or '}' after a member, but the text ends"},
    {R"({"a":1,)", "byte 7: expected a member's name in double quotes, but the text ends"},
    {R"({"a":1,})", "byte 7: expected a member's name in double quotes, found '}'"},
    {R"({,"a":1})", "byte 1: expected a member's name in double quotes, found ','"},
    {R"({a:1})", "byte 1: expected a member's name in double quotes, found 'a'"},
    {R"({'a':1})", "byte 1: expected a member's name in double quotes, found '''"},
    {R"({1:1})", "byte 1: expected a member's name in double quotes, found '1'"},
    {R"({"a"})", "byte 4: expected ':' after a member's name, found '}'"},
    {R"({"a" 1})", "byte 5: expected ':' after a member's name, found '1'"},
    {R"({"a",1})", "byte 4: expected ':' after a member's name, found ','"},
    {R"({"a"::1})", "byte 5: expected a value, found ':'"},
    {R"({"a":})", "byte 5: expected a value, found '}'"},
    {R"({"a":1 "b":2})", "byte 7: expected ',' or '}' after a member, found '\"'"},
    {R"({"a":1]})", "byte 6: expected ',' or '}' after a member, found ']'"},
    {R"({"a":{}"b":1})", "byte 7: expected ',' or '}' after a member, found '\"'"},
    {R"({"a":1{}})", "byte 6: expected ',' or '}' after a member, found '{'"},
    {"]", "byte 0: expected a value, found ']'"},
    {"}", "byte 0: expected a value, found '}'"},
    {",", "byte 0: expected a value, found ','"},
    {":", "byte 0: expected a value, found ':'"},
    {"{} {}", "byte 3: expected nothing after the value, found '{'"},
    {"[]]", "byte 2: expected nothing after the value, found ']'"},
    {"1 2", "byte 2: expected nothing after the value, found '2'"},
    {"{}\n,", "byte 3: expected nothing after the value, found ','"},
    {R"("a" "b")", "byte 4: expected nothing after the value, found '\"'"},
    {"[] //", "byte 3: expected nothing after the value, found '/'"},
    {"/* */ 1", "byte 0: expected a value, found '/'"},
    {"NaN", "byte 0: expected a value: JSON has no NaN and no Infinity"},
    {"[1,NaN]", "byte 3: expected a value: JSON has no NaN and no Infinity"},
    {"[Infinity]", "byte 1: expected a value: JSON has no NaN and no Infinity"},
    {"[-Infinity]", "byte 1: expected a number such as 12, -0.5 or 1e9"},
    {"[-]", "byte 1: expected a number such as 12, -0.5 or 1e9"},
    {R"({"a":01})", "byte 5: expected a number such as 12, -0.5 or 1e9"},
    {"[1e999]", "byte 1: the number is out of the range of a double"},
    {"undefined", "byte 0: expected a value, found 'u'"},
    {"tru", "byte 0: expected true, false, null or another value, found 't'"},
    {"[truE]", "byte 1: expected true, false, null or another value, found 't'"},
    {"[nulll]", "byte 1: expected true, false, null or another value, found 'n'"},
    {"[falsey]", "byte 1: expected true, false, null or another value, found 'f'"},
    {"[True]", "byte 1: expected a value, found 'T'"},
    {R"([null"a"])", "byte 1: expected true, false, null or another value, found 'n'"},
    {R"(["a"b])", "byte 4: expected ',' or ']' after an element, found 'b'"},
    {R"([\"a\"])", "byte 1: expected a value, found '\\'"},
    {"[\x01]", "byte 1: expected a value, found byte 0x01"},
    {"[1\f,2]", "byte 1: expected a number such as 12, -0.5 or 1e9"},
    {"[1,\x0C"
     "2]",
     "byte 3: expected a value, found byte 0x0C"},
    {"{\"a\"\x1A"
     "1}",
     "byte 4: expected ':' after a member's name, found byte 0x1A"},
    {"[\xC2\xA0]", "byte 1: expected a value, found byte 0xC2"},
    {R"("a)", "byte 0: the string that begins here is not closed"},
    {R"({"a":"b)", "byte 5: the string that begins here is not closed"},
    {"[\"a\nb\"]", "byte 3: byte 0x0A must be escaped inside a string"},
    {"[\"a\\\nb\"]", "byte 4: byte 0x0A must be escaped inside a string"},
    {R"(["a\x"])", "byte 3: an unknown escape"},
    {R"({"ab\q":1})", "byte 4: an unknown escape"},
    {R"(["ok","\n","\u12"])", "byte 12: \\u needs four hexadecimal digits"},
    {R"(["\ud800"])", "byte 2: a high surrogate without a low one after it"},
    {R"(["x\udc00"])", "byte 3: a low surrogate without a high one before it"},
    {R"({"\ud83d\ud83d":1})", "byte 2: a high surrogate without a low one after it"},
    {"[\"a\xFF\"]", "byte 3: byte 0xFF begins no valid UTF-8 character"},
    {"{\"\xC0\xAF\":1}", "byte 2: byte 0xC0 begins no valid UTF-8 character"},
    {"[\"\xED\xA0\x80\"]", "byte 2: byte 0xED begins no valid UTF-8 character"},
    {"\xFF\xFE{}", "byte 0: byte 0xFF begins no valid UTF-8 character"},
    {"{}\x80", "byte 2: byte 0x80 begins no valid UTF-8 character"},
};

TEST(JsonParserTest, SaysWhatIsWrongAndWhere) {
  for (const BadText& bad : kBadTexts)
    EXPECT_EQ(MessageOf(bad.text), "invalid JSON at " + std::string(bad.message)) << bad.text;
}

TEST(JsonParserTest, ErrorsAreTheUsersToMend) {
  JsonParser parser;
  for (const BadText& bad : kBadTexts) EXPECT_EQ(ErrorOf(parser, bad.text).kind, ErrorKind::kInvalid) << bad.text;
}

TEST(JsonParserTest, RefusesZeroBytes) {
  EXPECT_EQ(MessageOf(std::string_view("[\0]", 3)), "invalid JSON at byte 1: expected a value, found byte 0x00");
  EXPECT_EQ(MessageOf(std::string_view("{}\0", 3)),
            "invalid JSON at byte 2: expected nothing after the value, found byte 0x00");
  EXPECT_EQ(MessageOf(std::string_view("1\0", 2)), "invalid JSON at byte 0: expected a number such as 12, -0.5 or 1e9");
  EXPECT_EQ(MessageOf(std::string_view("\"\0\"", 3)),
            "invalid JSON at byte 1: byte 0x00 must be escaped inside a string");
}

TEST(JsonParserTest, RefusesControlCharactersInStrings) {
  for (int byte = 0; byte < 0x80; ++byte) {
    const std::string c(1, static_cast<char>(byte));
    if (c == "\"" || c == "\\") continue;
    const bool refused = byte < 0x20;
    EXPECT_EQ(MessageOf("[\"a" + c + "b\"]") != "accepted", refused) << byte;
    EXPECT_EQ(MessageOf("{\"" + c + "\":1}") != "accepted", refused) << byte;
  }
}

TEST(JsonParserTest, TakesNoOtherWhiteSpace) {
  for (int byte = 0; byte < 0x100; ++byte) {
    const std::string c(1, static_cast<char>(byte));
    const bool is_space = c == " " || c == "\t" || c == "\r" || c == "\n";
    for (const std::string& text : {c + "[1]", "[1]" + c, "[\"a\"" + c + "]", "{\"a\"" + c + ":1}", "[[]" + c + ",1]"})
      ASSERT_EQ(MessageOf(text) == "accepted", is_space) << byte << " in " << text;
  }
}

constexpr std::string_view kRich =
    R"({"id" : -12 ,"name":"J\u00f6rg \"\\ \ud83d\ude00","é€😀":[true,false , null,1.5e-7,[ ],{ },18446744073709551615],)"
    "\r\n\t"
    R"("a":{"b":{"c":[0,-0.0,"",{"d":"a longer text that needs more than one block of sixty-four bytes"}]}},"id":2E+5})";

// Nobody may read behind the end; at every alignment, since the first stage reads by blocks.
TEST(JsonParserTest, RefusesEveryTruncation) {
  JsonParser parser;
  for (size_t shift = 0; shift < 9; ++shift) {
    for (size_t size = 0; size < kRich.size(); ++size) {
      Arena arena;
      const ExactBytes bytes(kRich.substr(0, size), shift);
      const Result<const JsonDocument*> parsed = parser.Parse(bytes.text(), arena);
      ASSERT_FALSE(parsed) << bytes.text();
      const std::string& message = parsed.error().message;
      constexpr std::string_view kPrefix = "invalid JSON at byte ";
      ASSERT_TRUE(message.starts_with(kPrefix)) << message;
      ASSERT_LE(std::stoul(message.substr(kPrefix.size())), size) << message;
    }
    const ExactBytes bytes(kRich, shift);
    Arena arena;
    ASSERT_TRUE(parser.Parse(bytes.text(), arena));
  }
}

// The same for roots that end in no bracket, whose last byte is the value's.
TEST(JsonParserTest, RefusesEveryTruncationOfScalars) {
  for (const std::string_view text : {"true", "false", "null", "\"a text \\u00e9 \\\" with escapes\"", "\"é😀\""})
    for (size_t size = 0; size < text.size(); ++size) EXPECT_NE(MessageOf(text.substr(0, size)), "accepted") << text;
}

TEST(JsonParserTest, NestsAsDeepAsTheLimit) {
  for (const uint32_t depth : {1U, 2U, 64U, 1024U}) {
    JsonParser parser(JsonLimits{.depth = depth});
    const std::string lists = Repeat("[", depth) + Repeat("]", depth);
    const std::string maps = Repeat(R"({"a":)", depth - 1) + "{}" + Repeat("}", depth - 1);
    EXPECT_EQ(ErrorOf(parser, lists).message, "accepted") << depth;
    EXPECT_EQ(ErrorOf(parser, maps).message, "accepted") << depth;
    const Error error = ErrorOf(parser, "[" + lists + "]");
    EXPECT_EQ(error.kind, ErrorKind::kLimit);
    EXPECT_EQ(error.message, "JSON beyond a limit at byte " + std::to_string(depth) +
                                 ": lists and maps are nested more than " + std::to_string(depth) + " deep");
    EXPECT_EQ(ErrorOf(parser, R"({"a":)" + maps + "}").kind, ErrorKind::kLimit);
  }
}

TEST(JsonParserTest, NestsSixtyFourDeepByDefault) {
  EXPECT_EQ(MessageOf(Repeat("[", 64) + Repeat("]", 64)), "accepted");
  EXPECT_EQ(MessageOf(Repeat(R"([{"a":)", 32) + "1" + Repeat("}]", 32)), "accepted");
  EXPECT_EQ(MessageOf(Repeat("[", 65) + Repeat("]", 65)),
            "JSON beyond a limit at byte 64: lists and maps are nested more than 64 deep");
  EXPECT_EQ(MessageOf("[" + Repeat("[],", 1000) + "[]]"), "accepted") << "beside each other is not within each other";
}

TEST(JsonParserTest, SurvivesEndlessNesting) {
  for (const std::string_view open : {"[", "{\"a\":", "[{\"a\":", " [ "})
    EXPECT_TRUE(MessageOf(Repeat(open, 100'000)).ends_with("lists and maps are nested more than 64 deep")) << open;
  EXPECT_EQ(MessageOf(Repeat("]", 100'000)), "invalid JSON at byte 0: expected a value, found ']'");
  JsonParser no_collections(JsonLimits{.depth = 0});
  EXPECT_EQ(ErrorOf(no_collections, "1").message, "accepted");
  EXPECT_EQ(ErrorOf(no_collections, "[]").kind, ErrorKind::kLimit);
}

TEST(JsonParserTest, TakesNoTextOverTheLimit) {
  JsonParser parser(JsonLimits{.bytes = 10});
  EXPECT_EQ(ErrorOf(parser, "[1,2,3,45]").message, "accepted");
  const Error error = ErrorOf(parser, "[1,2,3,456]");
  EXPECT_EQ(error.kind, ErrorKind::kLimit);
  EXPECT_EQ(error.message, "the JSON text has 11 bytes; the limit is 10");
}

TEST(JsonParserTest, TakesSixteenMebibytesAndNoMore) {
  constexpr size_t kMax = size_t{16} << 20;
  JsonParser parser(JsonLimits{.bytes = SIZE_MAX});
  Arena arena;
  std::string text = '"' + std::string(kMax - 2, 'x') + '"';
  EXPECT_EQ(parser.Parse(text, arena).value()->root().text().size(), kMax - 2);
  text = '[' + Repeat("1,", kMax / 2 - 2) + "2 ]";
  ASSERT_EQ(text.size(), kMax);
  arena.Reset();
  EXPECT_EQ(ListSize(parser.Parse(text, arena).value()->root()), kMax / 2 - 1);
  text += ' ';
  EXPECT_EQ(parser.Parse(text, arena).error().kind, ErrorKind::kLimit);
}

// What one text leaves behind must not show in the next.
TEST(JsonParserTest, GoesOnAfterErrors) {
  JsonParser parser;
  const std::string expected = ToJson(ParsedJson(kRich).root());
  for (const BadText& bad : kBadTexts) {
    EXPECT_NE(ErrorOf(parser, bad.text).message, "accepted");
    Arena arena;
    EXPECT_EQ(ToJson(parser.Parse(kRich, arena).value()->root()), expected) << "after " << bad.text;
  }
  EXPECT_EQ(ErrorOf(parser, Repeat("[", 1000)).kind, ErrorKind::kLimit);
  EXPECT_EQ(ErrorOf(parser, "[[1],2]").message, "accepted");
}

TEST(JsonParserTest, GoesOnAfterLargeTexts) {
  JsonParser parser;
  for (int round = 0; round < 3; ++round) {
    Arena arena;
    const std::string large = "[" + Repeat("{\"a\":\"b\"},", 220'000) + "0]";
    ASSERT_GT(large.size(), size_t{2} << 20);
    EXPECT_EQ(ListSize(parser.Parse(large, arena).value()->root()), 220'001U);
    EXPECT_EQ(ListSize(parser.Parse("[1,2]", arena).value()->root()), 2U);
    const std::string middling = "[" + Repeat("1,", 3'000) + "2]";
    EXPECT_EQ(ListSize(parser.Parse(middling, arena).value()->root()), 3'001U);
  }
}

TEST(JsonParserTest, DocumentsOfOneArenaLiveBesideEachOther) {
  JsonParser parser;
  Arena arena;
  std::vector<std::string> texts;
  for (int i = 0; i < 200; ++i)
    texts.push_back(R"({"i":)" + std::to_string(i) + R"(,"s":"\n)" + std::string(i, 'x') + "\"}");
  std::vector<Value> roots;
  for (const std::string& text : texts) roots.push_back(parser.Parse(text, arena).value()->root());
  JsonParser moved = std::move(parser);
  roots.push_back(moved.Parse("[]", arena).value()->root());
  for (size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(MapFind(roots[i], "i")->as_int(), static_cast<int64_t>(i));
    EXPECT_EQ(MapFind(roots[i], "s")->text(), "\n" + std::string(i, 'x'));
  }
}

// Nodes take as much memory as there are values, not as much as there are brackets, colons and commas.
TEST(JsonParserTest, GivesBackWhatItDoesNotNeed) {
  JsonParser parser;
  Arena arena(1 << 20);
  const std::string text = "{" + Repeat(R"("a\n":"b",)", 1000) + R"("":0})";
  parser.Parse(text, arena).value();
  const auto* before = static_cast<char*>(arena.Allocate(0, 1));
  const JsonDocument& document = *parser.Parse(text, arena).value();
  const auto used = static_cast<size_t>(static_cast<char*>(arena.Allocate(0, 1)) - before);
  const size_t nodes_at_most = sizeof(JsonNode) * (4 * 1001 + 1);
  EXPECT_LE(used, nodes_at_most + document.decoded().size() + sizeof(JsonDocument) + 64);
}

// Each thread has its parser; what they share is the code, and documents that nobody changes.
TEST(JsonParserTest, ThreadsReadOneDocument) {
  const std::string text = "{" + Repeat(R"("again":0,)", 40) + std::string(kRich.substr(1));
  const ParsedJson shared(text);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int round = 0; round < 50; ++round) {
        const ParsedJson own(text);
        EXPECT_TRUE(Equals(own.root(), shared.root()));
        EXPECT_EQ(ToJson(own.root()), ToJson(shared.root()));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace penstock
