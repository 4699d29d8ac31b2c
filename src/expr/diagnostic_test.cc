#include "expr/diagnostic.h"

#include <gtest/gtest.h>

#include <array>

namespace penstock::expr {
namespace {

std::string Render(std::string_view source, std::vector<Diagnostic> diagnostics) {
  return DiagnosticsError(source, std::move(diagnostics)).message;
}

TEST(DiagnosticTest, ShowsTheLineWithACaret) {
  EXPECT_EQ(Render("evnt.amount > 10.0", {{0, "unknown name 'evnt'"}}),
            "1:1: unknown name 'evnt'\n"
            "  evnt.amount > 10.0\n"
            "  ^");
  EXPECT_EQ(DiagnosticsError("x", {{0, "m"}}).kind, ErrorKind::kInvalid);
}

TEST(DiagnosticTest, CountsColumnsInCharacters) {
  EXPECT_EQ(Render("'é€😀' + x", {{14, "here"}}),
            "1:9: here\n"
            "  'é€😀' + x\n"
            "          ^");
}

TEST(DiagnosticTest, CountsLinesAndShowsOnlyTheOneMeant) {
  EXPECT_EQ(Render("first\n  second\nthird", {{8, "here"}}),
            "2:3: here\n"
            "    second\n"
            "    ^");
  EXPECT_EQ(Render("first\n", {{6, "the end"}}), "2:1: the end\n  \n  ^");
}

TEST(DiagnosticTest, PointsBehindTheLastCharacterAtTheEnd) {
  EXPECT_EQ(Render("1 +", {{3, "here"}}), "1:4: here\n  1 +\n     ^");
  EXPECT_EQ(Render("", {{0, "here"}}), "1:1: here\n  \n  ^");
  EXPECT_EQ(Render("ab", {{900, "an offset beyond the end"}}), "1:3: an offset beyond the end\n  ab\n    ^");
}

TEST(DiagnosticTest, ReplacesWhatATerminalWouldObey) {
  EXPECT_EQ(Render("\t\x1b[31mx", {{6, "name '\x1b[0m\n'"}}),
            "1:7: name '?[0m?'\n"
            "    [31mx\n"
            "        ^");
  EXPECT_EQ(Render("\xE2\x80\xAE x", {{4, "after a change of direction"}}),
            "1:3: after a change of direction\n    x\n    ^");
}

TEST(DiagnosticTest, SurvivesInvalidUtf8) { EXPECT_EQ(Render("a\xFF\x80z", {{1, "here"}}), "1:2: here\n  a  z\n   ^"); }

TEST(DiagnosticTest, CutsALongLineThatIsNoUtf8) {
  const std::string message = Render("x" + std::string(1000, '\xBE'), {{1, "the expression is not valid UTF-8"}});
  EXPECT_TRUE(message.starts_with("1:2: the expression is not valid UTF-8\n  x")) << message;
  EXPECT_TRUE(message.ends_with("\n   ^")) << message;
  for (uint32_t offset = 0; offset < 1000; ++offset)
    EXPECT_TRUE(Render(std::string(1000, '\xBE'), {{offset, "here"}}).ends_with("^"));
}

TEST(DiagnosticTest, OrdersByPlaceAndKeepsAllOfOnePlace) {
  EXPECT_EQ(Render("abc", {{2, "third"}, {0, "first"}, {2, "fourth"}, {1, "second"}}),
            "1:1: first\n  abc\n  ^\n"
            "1:2: second\n  abc\n   ^\n"
            "1:3: third\n  abc\n    ^\n"
            "1:3: fourth\n  abc\n    ^");
}

TEST(DiagnosticTest, CountsWhatItDoesNotShow) {
  std::vector<Diagnostic> diagnostics;
  for (uint32_t i = 0; i < 25; ++i) diagnostics.push_back({0, "number " + std::to_string(i)});
  const std::string message = Render("x", diagnostics);
  EXPECT_NE(message.find("number 19"), std::string::npos);
  EXPECT_EQ(message.find("number 20"), std::string::npos);
  EXPECT_TRUE(message.ends_with("\nand 5 more")) << message;
}

TEST(DiagnosticTest, CutsALongLineAroundTheCaret) {
  std::string source(5000, 'a');
  source[3000] = 'X';
  const std::string message = Render(source, {{3000, "here"}});
  EXPECT_LT(message.size(), 400U);
  const size_t line = message.find("\n  ") + 3;
  const size_t caret = message.rfind('^') - message.rfind('\n') - 3;
  EXPECT_EQ(message[line + caret], 'X') << message;
}

TEST(DiagnosticTest, CutsBetweenCharactersOnly) {
  std::string source;
  for (int i = 0; i < 500; ++i) source += "€";
  for (uint32_t offset = 0; offset <= source.size(); offset += 3) {
    const std::string message = Render(source, {{offset, "here"}});
    EXPECT_EQ(message.find('?'), std::string::npos);
  }
}

TEST(DiagnosticTest, FindsTheNearestName) {
  constexpr std::array<std::string_view, 4> kNames = {"event", "headers", "startsWith", "x"};
  EXPECT_EQ(NearestName("evnt", kNames), "event");
  EXPECT_EQ(NearestName("evetn", kNames), "event");
  EXPECT_EQ(NearestName("header", kNames), "headers");
  EXPECT_EQ(NearestName("startswith", kNames), "startsWith");
  EXPECT_EQ(NearestName("beginsWith", kNames), "");
  EXPECT_EQ(NearestName("Singapore", kNames), "");
  EXPECT_EQ(NearestName(std::string(1000, 'e'), kNames), "");
  EXPECT_EQ(NearestName("event", {}), "");
}

TEST(DiagnosticTest, SuggestsInWords) {
  constexpr std::array<std::string_view, 1> kNames = {"event"};
  EXPECT_EQ(Suggestion("evnt", kNames), "; did you mean 'event'?");
  EXPECT_EQ(Suggestion("customer", kNames), "");
}

}  // namespace
}  // namespace penstock::expr
