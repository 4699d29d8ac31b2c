#include "expr/functions/conversions.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "base/utf8.h"
#include "event/json_writer.h"
#include "event/time_text.h"

namespace penstock::expr {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr double kTwoTo64 = 18446744073709551616.0;

Value Same(CallContext&, const Value* arguments) { return arguments[0]; }

Value NotA(CallContext& context, std::string_view type, std::string_view text) {
  constexpr size_t kShownMax = 64;
  const std::string_view shown = text.substr(0, kShownMax);
  return context.Fail("'" + std::string(shown.substr(0, ValidUtf8Prefix(shown))) + "' is no " + std::string(type));
}

Value OutOfRange(std::string_view message) { return Value::Error(message); }

// The whole of `text` as a number, with an optional sign.
template <typename Number>
std::errc ReadNumber(std::string_view text, Number& number) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end != text.data() + text.size()) return std::errc::invalid_argument;
  return error;
}

Value IntOfUint(CallContext&, const Value* arguments) {
  const uint64_t number = arguments[0].as_uint();
  return number > INT64_MAX ? OutOfRange("the uint is out of the range of an int")
                            : Value::Int(static_cast<int64_t>(number));
}
Value IntOfDouble(CallContext&, const Value* arguments) {
  const double number = arguments[0].as_double();
  if (!(number > -kTwoTo63 && number < kTwoTo63)) return OutOfRange("the double is out of the range of an int");
  return Value::Int(static_cast<int64_t>(number));
}
Value IntOfString(CallContext& context, const Value* arguments) {
  int64_t number = 0;
  const std::errc error = ReadNumber(arguments[0].text(), number);
  return error == std::errc{} ? Value::Int(number) : NotA(context, "int", arguments[0].text());
}
Value IntOfTimestamp(CallContext&, const Value* arguments) { return Value::Int(arguments[0].as_time().seconds); }

Value UintOfInt(CallContext&, const Value* arguments) {
  const int64_t number = arguments[0].as_int();
  return number < 0 ? OutOfRange("the int is out of the range of a uint") : Value::Uint(static_cast<uint64_t>(number));
}
Value UintOfDouble(CallContext&, const Value* arguments) {
  const double number = arguments[0].as_double();
  if (!(number >= 0 && number < kTwoTo64)) return OutOfRange("the double is out of the range of a uint");
  return Value::Uint(static_cast<uint64_t>(number));
}
Value UintOfString(CallContext& context, const Value* arguments) {
  uint64_t number = 0;
  const std::errc error = ReadNumber(arguments[0].text(), number);
  return error == std::errc{} ? Value::Uint(number) : NotA(context, "uint", arguments[0].text());
}

Value DoubleOfInt(CallContext&, const Value* arguments) {
  return Value::Double(static_cast<double>(arguments[0].as_int()));
}
Value DoubleOfUint(CallContext&, const Value* arguments) {
  return Value::Double(static_cast<double>(arguments[0].as_uint()));
}
Value DoubleOfString(CallContext& context, const Value* arguments) {
  const std::string_view text = arguments[0].text();
  double number = 0;
  const std::errc error = ReadNumber(text, number);
  if (error == std::errc::result_out_of_range) number = std::strtod(std::string(text).c_str(), nullptr);
  const bool overflow = error == std::errc::result_out_of_range && std::isinf(number);
  return error == std::errc::invalid_argument || overflow ? NotA(context, "double", text) : Value::Double(number);
}

Value BoolOfString(CallContext& context, const Value* arguments) {
  constexpr std::array kTrue = {"1", "t", "true", "True", "TRUE"};
  constexpr std::array kFalse = {"0", "f", "false", "False", "FALSE"};
  const std::string_view text = arguments[0].text();
  for (const std::string_view word : kTrue)
    if (text == word) return Value::Bool(true);
  for (const std::string_view word : kFalse)
    if (text == word) return Value::Bool(false);
  return NotA(context, "bool", text);
}

Value Text(CallContext& context, std::string_view text) { return Value::String(context.arena().Copy(text)); }

// As other implementations of CEL write it: the shortest digits, with an exponent below 1e-4 and from 1e21 on.
Value StringOfDouble(CallContext& context, const Value* arguments) {
  const double number = arguments[0].as_double();
  if (std::isnan(number)) return Value::String("NaN");
  if (std::isinf(number)) return Value::String(number > 0 ? "+Inf" : "-Inf");
  const double magnitude = std::fabs(number);
  const bool plain = magnitude == 0 || (magnitude >= 1e-4 && magnitude < 1e21);
  char digits[400];
  const auto format = plain ? std::chars_format::fixed : std::chars_format::scientific;
  const auto end = std::to_chars(digits, digits + sizeof digits, number, format).ptr;
  return Text(context, {digits, static_cast<size_t>(end - digits)});
}
// Of what JSON writes in the same way, without quotes.
Value StringOfInteger(CallContext& context, const Value* arguments) { return Text(context, ToJson(arguments[0])); }
Value StringOfBool(CallContext&, const Value* arguments) {
  return Value::String(arguments[0].as_bool() ? "true" : "false");
}
Value StringOfBytes(CallContext&, const Value* arguments) {
  const std::string_view bytes = arguments[0].text();
  return IsValidUtf8(bytes) ? Value::String(bytes) : Value::Error("the bytes are not valid UTF-8");
}
Value StringOfTimestamp(CallContext& context, const Value* arguments) {
  return Text(context, FormatTimestamp(arguments[0].as_time()));
}
Value StringOfDuration(CallContext& context, const Value* arguments) {
  return Text(context, FormatDuration(arguments[0].as_duration()));
}
Value BytesOfString(CallContext&, const Value* arguments) { return Value::Bytes(arguments[0].text()); }

Value TimestampOfString(CallContext& context, const Value* arguments) {
  const std::optional<Timestamp> time = ParseTimestamp(arguments[0].text());
  return time ? Value::Time(*time) : NotA(context, "timestamp such as 2026-01-31T23:59:59Z", arguments[0].text());
}
Value TimestampOfInt(CallContext&, const Value* arguments) {
  const int64_t seconds = arguments[0].as_int();
  if (seconds < kTimestampSecondsMin || seconds > kTimestampSecondsMax)
    return OutOfRange("the int is out of the range of a timestamp, in seconds");
  return Value::Time({seconds, 0});
}
Value DurationOfString(CallContext& context, const Value* arguments) {
  const std::optional<int64_t> nanos = ParseDuration(arguments[0].text());
  return nanos ? Value::Duration(*nanos) : NotA(context, "duration such as 1h30m or 1.5s", arguments[0].text());
}

Value TypeOfValue(CallContext&, const Value* arguments) { return Value::Type(TypeName(arguments[0].kind())); }

// A conversion that reads all of a text.
template <Implementation implementation>
Value Read(CallContext& context, const Value* arguments) {
  if (!context.ChargeBytes(arguments[0].text().size())) return context.OverBudget();
  return implementation(context, arguments);
}

struct From {
  TypeKind kind;
  Implementation implementation;
};

Function Conversion(std::string name, TypeKind to, const std::vector<From>& from, std::string_view summary,
                    std::vector<Example> examples) {
  std::vector<Overload> overloads = {{{Type::Of(to)}, Type::Of(to), Same}};
  for (const From& source : from) overloads.push_back({{Type::Of(source.kind)}, Type::Of(to), source.implementation});
  return {std::move(name), false, std::move(overloads), summary, std::move(examples)};
}

std::vector<Function> ToNumbers() {
  using enum TypeKind;
  return {
      Conversion(
          "int", kInt,
          {{kUint, IntOfUint}, {kDouble, IntOfDouble}, {kString, Read<IntOfString>}, {kTimestamp, IntOfTimestamp}},
          "A whole number; a double loses what follows the point, a timestamp becomes seconds since 1970. What is no "
          "number, or none from -2^63 to 2^63 - 1, is an error.",
          {{"int('42')", "42"}, {"int(-7.9)", "-7"}, {"int('4x')", "error: '4x' is no int"}}),
      Conversion("uint", kUint, {{kInt, UintOfInt}, {kDouble, UintOfDouble}, {kString, Read<UintOfString>}},
                 "A whole number that is not negative. What is no such number, or above 2^64 - 1, is an error.",
                 {{"uint(42)", "42"}, {"uint(-1)", "error: the int is out of the range of a uint"}}),
      Conversion("double", kDouble, {{kInt, DoubleOfInt}, {kUint, DoubleOfUint}, {kString, Read<DoubleOfString>}},
                 "A number with a fraction; the nearest one, where an int has too many digits. A text that is no "
                 "number is an error.",
                 {{"double(2)", "2.0"}, {"double('1e3')", "1000.0"}, {"double('1,5')", "error: '1,5' is no double"}}),
  };
}

}  // namespace

std::vector<Function> ConversionFunctions() {
  using enum TypeKind;
  std::vector<Function> functions = ToNumbers();
  functions.push_back(Conversion("bool", kBool, {{kString, Read<BoolOfString>}},
                                 "Of a text: true, True, TRUE, t and 1, and likewise false; another is an error.",
                                 {{"bool('true')", "true"}, {"bool('yes')", "error: 'yes' is no bool"}}));
  functions.push_back(Conversion("bytes", kBytes, {{kString, BytesOfString}}, "The text in UTF-8.",
                                 {{"bytes('é').size()", "2"}, {"bytes('abc')", R"("YWJj")"}}));
  functions.push_back(Conversion("string", kString,
                                 {{kInt, StringOfInteger},
                                  {kUint, StringOfInteger},
                                  {kDouble, StringOfDouble},
                                  {kBool, StringOfBool},
                                  {kBytes, Read<StringOfBytes>},
                                  {kTimestamp, StringOfTimestamp},
                                  {kDuration, StringOfDuration}},
                                 "The value as text. Bytes that are not valid UTF-8 are an error.",
                                 {{"string(1.5)", R"("1.5")"},
                                  {"string(duration('90m'))", R"("5400s")"},
                                  {R"(string(b'\xff'))", "error: the bytes are not valid UTF-8"}}));
  functions.push_back(
      Conversion("timestamp", kTimestamp, {{kString, Read<TimestampOfString>}, {kInt, TimestampOfInt}},
                 "A point in time: of a text in the form of RFC 3339, or of seconds since 1970. Another text, and a "
                 "year outside 1 to 9999, is an error.",
                 {{"timestamp('2026-01-31T01:00:00+01:00')", R"("2026-01-31T00:00:00Z")"},
                  {"timestamp(0)", R"("1970-01-01T00:00:00Z")"}}));
  functions.push_back(Conversion(
      "duration", kDuration, {{kString, Read<DurationOfString>}},
      "A length of time: of numbers with the units h, m, s, ms, us, ns. Another text is "
      "an error, and so is more than about 290 years.",
      {{"duration('1h30m')", R"("5400s")"}, {"duration('1d')", "error: '1d' is no duration such as 1h30m or 1.5s"}}));
  const Type a = Type::Parameter("A");
  functions.push_back({"dyn",
                       false,
                       {{{a}, Type::Dyn(), Same}},
                       "The value itself, of a type that is not looked at before the expression runs.",
                       {{"[dyn(1), 'a']", R"([1,"a"])"}, {"dyn(1) == 'a'", "false"}}});
  functions.push_back({"type",
                       false,
                       {{{a}, Type::TypeOf(a), TypeOfValue}},
                       "The type of the value, to be compared with another.",
                       {{"type(1.5)", R"("double")"}, {"type('a') == string", "true"}}});
  return functions;
}

}  // namespace penstock::expr
