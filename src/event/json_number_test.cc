#include "event/json_number.h"

#include <gtest/gtest.h>

#include <bit>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>

#include "event/parsed_json.h"

namespace penstock {
namespace {

struct Reading {
  JsonNumberFault fault;
  JsonNode node;
};

// Reads `text`, followed by `after` and the end of the memory.
Reading Read(const std::string& text, const std::string& after = ",") {
  const ExactBytes bytes(text + after);
  Reading reading{};
  reading.fault = ReadJsonNumber(bytes.text().data(), bytes.text().data() + bytes.text().size(), reading.node);
  return reading;
}

void ExpectDouble(const std::string& text, double expected) {
  const Reading reading = Read(text);
  ASSERT_EQ(reading.fault, JsonNumberFault::kNone) << text;
  ASSERT_EQ(reading.node.json_kind(), JsonKind::kDouble) << text;
  EXPECT_EQ(std::bit_cast<uint64_t>(reading.node.double_value), std::bit_cast<uint64_t>(expected))
      << text << " is read as " << reading.node.double_value;
  EXPECT_EQ(reading.node.size, text.size()) << text;
}

TEST(JsonNumberTest, ReadsInts) {
  for (const int64_t expected :
       {int64_t{0}, int64_t{1}, int64_t{-1}, int64_t{42}, int64_t{-1234567890}, int64_t{999999999999999999},
        int64_t{1000000000000000000}, (int64_t{1} << 53) + 1, INT64_MAX - 1, INT64_MAX, INT64_MIN + 1, INT64_MIN}) {
    const std::string text = std::to_string(expected);
    const Reading reading = Read(text);
    EXPECT_EQ(reading.fault, JsonNumberFault::kNone) << text;
    EXPECT_EQ(reading.node.json_kind(), JsonKind::kInt) << text;
    EXPECT_EQ(reading.node.int_value, expected) << text;
    EXPECT_EQ(reading.node.size, text.size()) << text;
  }
  EXPECT_EQ(Read("-0").node.json_kind(), JsonKind::kInt) << "an integer has no negative zero";
  EXPECT_EQ(Read("-0").node.int_value, 0);
}

TEST(JsonNumberTest, ReadsUintsAboveInts) {
  for (const uint64_t expected :
       {uint64_t{INT64_MAX} + 1, uint64_t{10000000000000000000U}, UINT64_MAX - 1, UINT64_MAX}) {
    const Reading reading = Read(std::to_string(expected));
    EXPECT_EQ(reading.node.json_kind(), JsonKind::kUint) << expected;
    EXPECT_EQ(reading.node.uint_value, expected);
  }
}

TEST(JsonNumberTest, ReadsIntegersBeyondBothAsDoubles) {
  ExpectDouble("18446744073709551616", 18446744073709551616.0);
  ExpectDouble("-9223372036854775809", -9223372036854775808.0);
  ExpectDouble("99999999999999999999", 1e20);
  ExpectDouble("-18446744073709551616", -18446744073709551616.0);
  ExpectDouble("1" + std::string(308, '0'), 1e308);
}

TEST(JsonNumberTest, ReadsDoubles) {
  ExpectDouble("1.0", 1.0);
  ExpectDouble("1e3", 1000.0);
  ExpectDouble("1E3", 1000.0);
  ExpectDouble("1e+3", 1000.0);
  ExpectDouble("1e-3", 0.001);
  ExpectDouble("0.1", 0.1);
  ExpectDouble("-0.0", -0.0);
  ExpectDouble("0.0", 0.0);
  ExpectDouble("-0e5", -0.0);
  ExpectDouble("0e0", 0.0);
  ExpectDouble("1e00000000000000003", 1000.0);
  ExpectDouble("3.141592653589793", 3.141592653589793);
  ExpectDouble("1e22", 1e22);
  ExpectDouble("1e23", 1e23);
  ExpectDouble("9007199254740993.0", 9007199254740992.0);
  ExpectDouble("0.30000000000000004", 0.1 + 0.2);
  ExpectDouble("123456789012345678901234567890.5", 123456789012345678901234567890.5);
  ExpectDouble("0.0000000000000000000000000000001", 1e-31);
}

TEST(JsonNumberTest, ReadsTheEndsOfTheRange) {
  ExpectDouble("1.7976931348623157e308", std::numeric_limits<double>::max());
  ExpectDouble("-1.7976931348623157e308", std::numeric_limits<double>::lowest());
  ExpectDouble("1.7976931348623158079e308", std::numeric_limits<double>::max());
  ExpectDouble("2.2250738585072014e-308", std::numeric_limits<double>::min());
  ExpectDouble("2.2250738585072011e-308", 2.2250738585072011e-308);
  ExpectDouble("5e-324", std::numeric_limits<double>::denorm_min());
  ExpectDouble("2.5e-324", std::numeric_limits<double>::denorm_min());
  ExpectDouble("-4.9406564584124654e-324", -std::numeric_limits<double>::denorm_min());
  ExpectDouble("1e-400", 0.0);
  ExpectDouble("-1e-400", -0.0);
  ExpectDouble("2.4e-324", 0.0);
  ExpectDouble("0e999999999999999999", 0.0);
  ExpectDouble("1e-999999999999999999", 0.0);
}

TEST(JsonNumberTest, ReadsExponentsThatUndoTheDigits) {
  ExpectDouble("0." + std::string(400, '0') + "1e401", 1.0);
  ExpectDouble("1" + std::string(400, '0') + "e-400", 1.0);
  ExpectDouble("0." + std::string(120000, '0') + "25e120001", 2.5);
  ExpectDouble("1" + std::string(120000, '0') + ".0e-119999", 10.0);
}

TEST(JsonNumberTest, RefusesWhatNoDoubleHolds) {
  for (const std::string& text :
       {std::string("1e400"), std::string("-1e400"), std::string("1.8e308"), std::string("1.7976931348623159e308"),
        std::string("1e999999999999999999"), std::string("123.456e99999"), "1" + std::string(309, '0'),
        "-9" + std::string(308, '9') + ".5", std::string(400, '9')})
    EXPECT_EQ(Read(text).fault, JsonNumberFault::kOutOfRange) << text;
}

TEST(JsonNumberTest, RefusesWhatIsMalformed) {
  for (const std::string text :
       {"-",  "--1", "-a", "+1", "01",  "00",  "-01",  "00.5",  "1.",   "-1.",  "1.e5", "1..2",
        ".5", "-.5", "1e", "1E", "1e+", "1e-", "1.5e", "1.5e+", "1e.5", "1ee5", "0e",   "1e+-5"})
    EXPECT_EQ(Read(text).fault, JsonNumberFault::kMalformed) << text;
}

TEST(JsonNumberTest, StopsAtWhatBelongsToNoNumber) {
  for (const std::string_view end : {",", "]", "}", " ", "\n", "_", "x", ":", "NUL", "\xFF", "/", ";"}) {
    const std::string after = end == "NUL" ? std::string(1, '\0') : std::string(end);
    for (const std::string text : {"0", "12", "-7", "1.5", "1.2345678", "1.23456789", "1e5", "12345678901234567890"}) {
      EXPECT_EQ(Read(text, after).node.size, text.size()) << text << after;
      EXPECT_EQ(Read(text, after + "123456789").node.size, text.size()) << text << after << "123456789";
    }
  }
}

// What comes after the fraction must not matter, however many of the eight bytes that are read at once belong to it.
TEST(JsonNumberTest, ReadsFractionsOfEveryLengthBeforeEveryByte) {
  for (size_t digits = 1; digits <= 40; ++digits) {
    const std::string text = "1." + std::string("1234567890123456789012345678901234567890", digits);
    const double expected = std::strtod(text.c_str(), nullptr);
    for (int byte = 0; byte < 256; ++byte) {
      const char after = static_cast<char>(byte);
      if (std::isdigit(byte) != 0 || after == 'e' || after == 'E') continue;
      for (const std::string rest : {"", "7", "7654321", "76543210987"}) {
        const Reading reading = Read(text, after + rest);
        ASSERT_EQ(reading.node.double_value, expected) << text << " before byte " << byte;
        ASSERT_EQ(reading.node.size, text.size()) << text << " before byte " << byte;
      }
    }
  }
}

// Numbers of the kinds that make rounding hard.
class RandomNumber {
 public:
  explicit RandomNumber(uint64_t seed) : random_(seed) {}

  std::string Next() {
    switch (Below(5)) {
      case 0: return Sign() + Digits(1 + Below(25));
      case 1: return Sign() + Digits(1 + Below(6)) + '.' + AnyDigits(1 + Below(30));
      case 2: return Sign() + Digits(1 + Below(20)) + '.' + AnyDigits(1 + Below(20)) + Exponent();
      case 3: return Printed("%.17g");
      default: return Halfway();
    }
  }

 private:
  size_t Below(size_t bound) { return random_() % bound; }
  std::string Sign() { return Below(3) == 0 ? "-" : ""; }
  std::string AnyDigits(size_t count) {
    std::string digits;
    for (; count > 0; --count) digits += static_cast<char>('0' + Below(10));
    return digits;
  }
  std::string Digits(size_t count) {
    const std::string digits = AnyDigits(count);
    return count > 1 && digits[0] == '0' ? '1' + digits.substr(1) : digits;
  }
  std::string Exponent() {
    const int exponent = static_cast<int>(Below(8) == 0 ? Below(700) : Below(40)) - (Below(2) == 0 ? 350 : 20);
    return (Below(2) == 0 ? "e" : "E") + std::to_string(exponent);
  }
  double FiniteDouble() {
    for (;;) {
      const auto value = std::bit_cast<double>(random_());
      if (std::isfinite(value)) return value;
    }
  }
  std::string Printed(const char* format) {
    char text[64];
    std::snprintf(text, sizeof text, format, FiniteDouble());
    return text;
  }
  // Exactly in the middle between two doubles, or a little above: the last digit decides.
  std::string Halfway() {
    const double low =
        std::ldexp(1.0 + static_cast<double>(Below(size_t{1} << 52)) * 0x1p-52, static_cast<int>(Below(50)));
    char text[160];
    std::snprintf(text, sizeof text, "%.90Lf", (static_cast<long double>(low) + std::nextafter(low, INFINITY)) / 2);
    std::string number(text);
    if (Below(2) == 0) number += '1';
    return number;
  }

  std::mt19937_64 random_;
};

void ExpectAsStrtod(const std::string& text) {
  const double expected = std::strtod(text.c_str(), nullptr);
  const Reading reading = Read(text);
  if (std::isinf(expected)) {
    ASSERT_EQ(reading.fault, JsonNumberFault::kOutOfRange) << text;
    return;
  }
  ASSERT_EQ(reading.fault, JsonNumberFault::kNone) << text;
  ASSERT_EQ(reading.node.size, text.size()) << text;
  if (text.find_first_of(".eE") != std::string::npos) {
    ASSERT_EQ(reading.node.json_kind(), JsonKind::kDouble) << text;
  }
  if (reading.node.json_kind() == JsonKind::kDouble) {
    ASSERT_EQ(std::bit_cast<uint64_t>(reading.node.double_value), std::bit_cast<uint64_t>(expected)) << text;
  } else if (reading.node.json_kind() == JsonKind::kInt) {
    ASSERT_EQ(reading.node.int_value, std::strtoll(text.c_str(), nullptr, 10)) << text;
  } else {
    ASSERT_EQ(reading.node.uint_value, std::strtoull(text.c_str(), nullptr, 10)) << text;
  }
}

TEST(JsonNumberTest, AgreesWithStrtod) {
  constexpr uint64_t kSeed = 20260103;
  SCOPED_TRACE(kSeed);
  RandomNumber random(kSeed);
  for (int i = 0; i < 250'000 && !testing::Test::HasFatalFailure(); ++i) ExpectAsStrtod(random.Next());
}

// Whether the parser takes a number in each place where one can stand, also as the last bytes of all.
void ExpectParserRefuses(const std::string& number) {
  for (const std::string& text :
       {number, " " + number, number + " ", "[" + number + "]", "[1," + number, "[" + number + ",1]",
        "{\"a\":" + number + "}", "{\"a\":" + number, "[" + number + "\n]"}) {
    Arena arena;
    const ExactBytes bytes(text);
    const Result<const JsonDocument*> parsed = JsonParser().Parse(bytes.text(), arena);
    ASSERT_FALSE(parsed) << text;
    EXPECT_TRUE(parsed.error().message.starts_with("invalid JSON at byte ")) << parsed.error().message;
  }
}

TEST(JsonNumberTest, TheParserRefusesWhatIsMalformed) {
  for (const std::string number :
       {"01",       "-01",       "00",  "1.",    "-1.",  "1.e1",     ".5",    "-.5",    "+1",    "-",   "--1",  "1e",
        "1e+",      "1E-",       "0x1", "0X1F",  "1_0",  "1_000",    "1e5.5", "1.2.3",  "1-2",   "1+2", "12a",  "1 2",
        "1f",       "0b1",       "0o7", "1'000", "1/2",  "\xD9\xA1", "1e400", "-1e999", "1\"\"", "NaN", "-NaN", "nan",
        "Infinity", "-Infinity", "inf", "1n",    "1.5.", "1e1e1",    "- 1",   "1 .5",   "1. 5",  "1e 5"})
    ExpectParserRefuses(number);
}

TEST(JsonNumberTest, TheParserTakesNumbersAtTheVeryEnd) {
  for (const std::string number :
       {"0", "-0", "7", "-12", "1.5", "1e5", "1E-5", "0.00001", "1.234567890123", "12345678901234567890",
        "-9223372036854775808", "1.0e+10", "123456789012345678901234567890"}) {
    const double expected = std::strtod(number.c_str(), nullptr);
    for (const std::string& text : {number, " " + number, number + " ", number + "\n\t "}) {
      double out = 0;
      ASSERT_EQ(CopyNumbers(ParsedJson("[" + text + "]").root(), std::span(&out, 1)), 1U) << text;
      EXPECT_EQ(out, expected) << text;
      const ParsedJson root(text);
      EXPECT_TRUE(root.root().is_number()) << text;
      EXPECT_EQ(root.document().SourceAt(0), number) << text;
    }
  }
}

}  // namespace
}  // namespace penstock
