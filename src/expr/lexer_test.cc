#include "expr/lexer.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace penstock::expr {
namespace {

std::vector<Token> Read(std::string_view source) {
  Lexer lexer(source);
  std::vector<Token> tokens;
  do tokens.push_back(lexer.Next());
  while (tokens.back().kind != TokenKind::kEnd && tokens.back().kind != TokenKind::kInvalid);
  return tokens;
}

std::string KindName(TokenKind kind) {
  constexpr const char* kNames[] = {"end",  "name",   "quoted", "reserved", "true", "false",       "null",   "int",
                                    "uint", "double", "string", "bytes",    "in",   "punctuation", "invalid"};
  return kNames[static_cast<size_t>(kind)];
}

// Kinds and texts: `int 1, punctuation +`.
std::string Shape(std::string_view source) {
  std::string shape;
  for (const Token& token : Read(source)) {
    if (token.kind == TokenKind::kEnd) break;
    shape += (shape.empty() ? "" : ", ") + KindName(token.kind) + " " + std::string(token.text);
  }
  return shape;
}

TEST(LexerTest, ReadsNumbers) {
  EXPECT_EQ(Shape("0 7 0x1F 0Xa"), "int 0, int 7, int 0x1F, int 0Xa");
  EXPECT_EQ(Shape("3u 0xFFU"), "uint 3u, uint 0xFFU");
  EXPECT_EQ(Shape("1.5 .5 1e3 1E+3 1.5e-3"), "double 1.5, double .5, double 1e3, double 1E+3, double 1.5e-3");
  EXPECT_EQ(Shape("-1"), "punctuation -, int 1");
  EXPECT_EQ(Shape("1.a"), "int 1, punctuation ., name a");
  EXPECT_EQ(Shape("1.5u"), "double 1.5, name u");
}

TEST(LexerTest, ReadsStringsOfEveryForm) {
  EXPECT_EQ(Shape(R"('a' "b" '' "")"), R"(string 'a', string "b", string '', string "")");
  EXPECT_EQ(Shape(R"('''a'b''' """a"b""")"), R"(string '''a'b''', string """a"b""")");
  EXPECT_EQ(Shape(R"(r'\' R"\")"), R"(string r'\', string R"\")");
  EXPECT_EQ(Shape(R"(b'a' B"a" rb'\' Br'\')"), R"(bytes b'a', bytes B"a", bytes rb'\', bytes Br'\')");
  EXPECT_EQ(Shape(R"('\'' "\"")"), R"(string '\'', string "\"")");
  EXPECT_EQ(Shape("'''a\nb'''"), "string '''a\nb'''");
  EXPECT_EQ(Shape("''''''"), "string ''''''");
}

TEST(LexerTest, DoesNotTakeWordsForPrefixes) {
  EXPECT_EQ(Shape("b r rb bytes"), "name b, name r, name rb, name bytes");
  EXPECT_EQ(Shape("rr'a'"), "name rr, string 'a'");
  EXPECT_EQ(Shape("bbb'a'"), "name bbb, string 'a'");
}

TEST(LexerTest, ReadsWords) {
  EXPECT_EQ(Shape("true false null in"), "true true, false false, null null, in in");
  EXPECT_EQ(Shape("if import truex _a1"), "reserved if, reserved import, name truex, name _a1");
  EXPECT_EQ(Shape("`a-b.c/d e`"), "quoted a-b.c/d e");
}

TEST(LexerTest, ReadsPunctuation) {
  EXPECT_EQ(Shape("a<=b<c==d!=e!f"),
            "name a, punctuation <=, name b, punctuation <, name c, punctuation ==, name d, punctuation !=, "
            "name e, punctuation !, name f");
  EXPECT_EQ(Shape("&&||?:.,()[]{}%/*"),
            "punctuation &&, punctuation ||, punctuation ?, punctuation :, punctuation ., punctuation ,, "
            "punctuation (, punctuation ), punctuation [, punctuation ], punctuation {, punctuation }, "
            "punctuation %, punctuation /, punctuation *");
}

TEST(LexerTest, SkipsSpaceAndComments) {
  EXPECT_EQ(Shape(" \t\r\n\f1 // one + two\n + // end"), "int 1, punctuation +");
  EXPECT_EQ(Shape("//"), "");
  EXPECT_EQ(Shape(""), "");
}

TEST(LexerTest, SaysWhereEachTokenStands) {
  const std::vector<Token> tokens = Read("ab == `c-d`");
  ASSERT_EQ(tokens.size(), 4U);
  EXPECT_EQ(tokens[0].offset, 0U);
  EXPECT_EQ(tokens[0].end, 2U);
  EXPECT_EQ(tokens[1].offset, 3U);
  EXPECT_EQ(tokens[2].offset, 6U);
  EXPECT_EQ(tokens[2].end, 11U);
  EXPECT_EQ(tokens[3].offset, 11U);
}

struct BadText {
  std::string_view text;
  uint32_t offset;
  std::string_view message;
};

constexpr BadText kBadTexts[] = {
    {"a = 1", 2, "expected '==' to compare; CEL has no assignment"},
    {"a === 1", 4, "expected an expression after '==' or '!=', which have no third '='"},
    {"a !== 1", 4, "expected an expression after '==' or '!=', which have no third '='"},
    {"a <> 1", 2, "expected '!=' for what is not equal"},
    {"a & b", 2, "expected '&&'"},
    {"a | b", 2, "expected '||'"},
    {"a ^ b", 2, "this character has no meaning in an expression"},
    {"$a", 0, "this character has no meaning in an expression"},
    {"é", 0, "this character has no meaning in an expression"},
    {"1 + \u201Ca\u201D", 4, "expected a straight quote, ' or \", around a text"},
    {"a\u00A0+ 1", 1, "an invisible character stands here; delete it"},
    {std::string_view("a\0b", 3), 1, "an invisible character stands here; delete it"},
    {"\x7F", 0, "an invisible character stands here; delete it"},
    {"'abc", 0, "the string that begins here is not closed"},
    {"'a\n'", 0, "the string that begins here is not closed"},
    {"'a\\", 0, "the string that begins here is not closed"},
    {"'''a''", 0, "the string that begins here is not closed"},
    {"rb\"", 0, "the string that begins here is not closed"},
    {"0x", 0, "expected hexadecimal digits after 0x"},
    {"0xu", 0, "expected hexadecimal digits after 0x"},
    {"1e", 0, "expected digits in the exponent of a number"},
    {"1e+", 0, "expected digits in the exponent of a number"},
};

TEST(LexerTest, SaysWhatIsWrongAndWhere) {
  for (const BadText& bad : kBadTexts) {
    const Token token = Read(bad.text).back();
    EXPECT_EQ(token.kind, TokenKind::kInvalid) << bad.text;
    EXPECT_EQ(token.text, bad.message) << bad.text;
    EXPECT_EQ(token.offset, bad.offset) << bad.text;
  }
}

TEST(LexerTest, RefusesBacktickNamesThatAreNone) {
  for (const std::string_view text : {"`", "``", "`a", "`a$`", "`a\nb`"})
    EXPECT_EQ(Read(text).back().kind, TokenKind::kInvalid) << text;
}

TEST(LexerTest, EndsForAnyBytes) {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const char bytes[] = {static_cast<char>(first), static_cast<char>(second)};
      const std::vector<Token> tokens = Read({bytes, 2});
      EXPECT_LE(tokens.size(), 3U);
      EXPECT_LE(tokens.back().end, 2U);
    }
  }
}

}  // namespace
}  // namespace penstock::expr
