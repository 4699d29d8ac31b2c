#include "expr/functions/conversions.h"

#include <gtest/gtest.h>

#include "base/utf8.h"
#include "expr/evaluate_text.h"

namespace penstock::expr {
namespace {

constexpr std::string_view kIntRange = "error: the double is out of the range of an int";
constexpr std::string_view kUintRange = "error: the double is out of the range of a uint";

constexpr Case kToInt[] = {
    {"int(1)", "1"},
    {"int(1u)", "1"},
    {"int(9223372036854775807u)", "9223372036854775807"},
    {"int(9223372036854775808u)", "error: the uint is out of the range of an int"},
    {"int(1.9)", "1"},
    {"int(-1.9)", "-1"},
    {"int(9223372036854774784.0)", "9223372036854774784"},
    {"int(9223372036854775808.0)", kIntRange},
    {"int(-9223372036854774784.0)", "-9223372036854774784"},
    {"int(-9223372036854775808.0)", kIntRange},
    {"int(double('NaN'))", kIntRange},
    {"int(double('Infinity'))", kIntRange},
    {"int('-42')", "-42"},
    {"int('+42')", "42"},
    {"int('-9223372036854775808')", "-9223372036854775808"},
    {"int('9223372036854775808')", "error: '9223372036854775808' is no int"},
    {"int('')", "error: '' is no int"},
    {"int(' 1')", "error: ' 1' is no int"},
    {"int('1 ')", "error: '1 ' is no int"},
    {"int('+-1')", "error: '+-1' is no int"},
    {"int('0x10')", "error: '0x10' is no int"},
    {"int('1.0')", "error: '1.0' is no int"},
    {"int(timestamp('1970-01-01T00:01:00.9Z'))", "60"},
    {"int(timestamp('1969-12-31T23:59:59.9Z'))", "-1"},
};

constexpr Case kToUint[] = {
    {"uint(1)", "1"},
    {"uint(-1)", "error: the int is out of the range of a uint"},
    {"uint(1.9)", "1"},
    {"uint(-0.5)", kUintRange},
    {"uint(-0.0)", "0"},
    {"uint(18446744073709549568.0)", "18446744073709549568"},
    {"uint(18446744073709551616.0)", kUintRange},
    {"uint(double('NaN'))", kUintRange},
    {"uint('18446744073709551615')", "18446744073709551615"},
    {"uint('18446744073709551616')", "error: '18446744073709551616' is no uint"},
    {"uint('-1')", "error: '-1' is no uint"},
};

constexpr Case kToDouble[] = {
    {"double(1)", "1.0"},
    {"double(1u)", "1.0"},
    {"double('1.5e3')", "1500.0"},
    {"double('-0')", "-0.0"},
    {"double('NaN')", R"("NaN")"},
    {"double('-inf')", R"("-Infinity")"},
    {"double('1e400')", "error: '1e400' is no double"},
    {"double('1e-400')", "0.0"},
    {"double('1,5')", "error: '1,5' is no double"},
    {"double('')", "error: '' is no double"},
    {"double('1.5 ')", "error: '1.5 ' is no double"},
};

constexpr Case kToString[] = {
    {"string('a')", R"("a")"},
    {"string(-1)", R"("-1")"},
    {"string(1u)", R"("1")"},
    {"string(1.5)", R"("1.5")"},
    {"string(1.0)", R"("1")"},
    {"string(1e20)", R"("100000000000000000000")"},
    {"string(1e21)", R"("1e+21")"},
    {"string(0.0001)", R"("0.0001")"},
    {"string(0.00001)", R"("1e-05")"},
    {"string(-0.0)", R"("-0")"},
    {"string(1.0/0.0)", R"("+Inf")"},
    {"string(-1.0/0.0)", R"("-Inf")"},
    {"string(0.0/0.0)", R"("NaN")"},
    {"string(true)", R"("true")"},
    {"string(b'abc')", R"("abc")"},
    {"string(b'\\xff')", "error: the bytes are not valid UTF-8"},
    {"string(timestamp('2026-01-31T23:59:59.5+02:00'))", R"("2026-01-31T21:59:59.5Z")"},
    {"string(duration('1h30m'))", R"("5400s")"},
};

constexpr Case kToOthers[] = {
    {"bool('true')", "true"},
    {"bool('F')", "error: 'F' is no bool"},
    {"bool('f')", "false"},
    {"bool('TRUE')", "true"},
    {"bool('tRue')", "error: 'tRue' is no bool"},
    {"bool(true)", "true"},
    {"bytes('é')", R"("w6k=")"},
    {"bytes(b'a')", R"("YQ==")"},
    {"timestamp(0)", R"("1970-01-01T00:00:00Z")"},
    {"timestamp(-62135596800)", R"("0001-01-01T00:00:00Z")"},
    {"timestamp(-62135596801)", "error: the int is out of the range of a timestamp, in seconds"},
    {"timestamp(253402300800)", "error: the int is out of the range of a timestamp, in seconds"},
    {"timestamp('9999-12-31T23:59:59.999999999Z')", R"("9999-12-31T23:59:59.999999999Z")"},
    {"timestamp('yesterday')", "error: 'yesterday' is no timestamp such as 2026-01-31T23:59:59Z"},
    {"timestamp('2026-02-30T00:00:00Z')", "error: '2026-02-30T00:00:00Z' is no timestamp such as 2026-01-31T23:59:59Z"},
    {"duration('1.5h')", R"("5400s")"},
    {"duration('-1ns')", R"("-0.000000001s")"},
    {"duration('1d')", "error: '1d' is no duration such as 1h30m or 1.5s"},
    {"duration('2000000h') + duration('2000000h')", "error: timestamp or duration out of range"},
    {"duration('9999999h')", "error: '9999999h' is no duration such as 1h30m or 1.5s"},
    {"type(1) == int", "true"},
    {"type(type(1)) == type", "true"},
    {"type(null) == null_type", "true"},
    {"type([]) == list && type({}) == map && type(1u) == uint", "true"},
    {"type(timestamp(0)) == google.protobuf.Timestamp", "true"},
    {"type(optional.none()) == optional_type", "true"},
    {"dyn(1) == 1.0", "true"},
};

void ExpectAll(std::span<const Case> cases) {
  for (const Case& item : cases) EXPECT_EQ(Evaluate(item.source), item.value) << item.source;
}

TEST(ConversionsTest, ToInt) { ExpectAll(kToInt); }
TEST(ConversionsTest, ToUint) { ExpectAll(kToUint); }
TEST(ConversionsTest, ToDouble) { ExpectAll(kToDouble); }
TEST(ConversionsTest, ToString) { ExpectAll(kToString); }
TEST(ConversionsTest, ToOthers) { ExpectAll(kToOthers); }

// The same values, known only when the event is there.
TEST(ConversionsTest, ConvertWhatTheEventHolds) {
  constexpr std::string_view kEvent = R"({"i": 7, "u": 9223372036854775808, "d": 2.5, "s": "12", "t": "x"})";
  constexpr Case kCases[] = {
      {"int(event.i)", "7"},
      {"int(event.u)", "error: the uint is out of the range of an int"},
      {"int(event.d)", "2"},
      {"int(event.s)", "12"},
      {"double(event.u)", "9223372036854775808.0"},
      {"uint(event.i)", "7"},
      {"string(event.d)", R"("2.5")"},
      {"int(event.t)", "error: 'x' is no int"},
      {"int(event)", "error: no such overload: 'int' of (map)"},
      {"int(event.missing)", "error: no such key: 'missing'"},
  };
  for (const Case& item : kCases) EXPECT_EQ(Evaluate(item.source, kEvent), item.value) << item.source;
}

TEST(ConversionsTest, CutLongTextsInMessages) {
  const std::string event = R"({"s": ")" + Repeat("é", 1000) + R"("})";
  const std::string message = Evaluate("int(event.s)", event);
  EXPECT_LT(message.size(), 120U);
  EXPECT_TRUE(IsValidUtf8(message));
}

TEST(ConversionsTest, PayForReadingLongTexts) {
  const std::string event = R"({"s": ")" + std::string(100'000, '0') + R"("})";
  for (const std::string name : {"int", "uint", "double", "bool", "duration", "timestamp"}) {
    const std::string source = "[1, 2].map(x, " + name + "(event.s))";
    EXPECT_EQ(Evaluate(source, event, {.limits = {.cost = 1000}}), "error: the expression costs more than it may");
  }
}

}  // namespace
}  // namespace penstock::expr
