#include "expr/operator_list.h"

namespace penstock::expr {
namespace {

std::vector<OperatorDescription> Access() {
  return {
      {"x.field",
       std::nullopt,
       "A map's field; an error, where it is missing. Odd names stand in backticks.",
       {{"{'a': 1}.a", "1"}, {"{'a-b': 1}.`a-b`", "1"}, {"{'a': 1}.b", "error: no such key: 'b'"}}},
      {"x.?field",
       std::nullopt,
       "An optional with a map's field; nothing, where it is missing.",
       {{"{'a': 1}.?a.orValue(0)", "1"}, {"{'a': 1}.?b.orValue(0)", "0"}}},
      {"x[y]",
       Operator::kIndex,
       "A list's element by its position, from 0, or a map's value by its key; an error, where there is none.",
       {{"[1, 2][0]", "1"}, {"{'a': 1}['a']", "1"}, {"[1, 2][2]", "error: index out of range"}}},
      {"x[?y]",
       Operator::kOptionalIndex,
       "An optional with the element or value; nothing, where there is none.",
       {{"[1, 2][?2].orValue(0)", "0"}}},
      {"[x, ?y]",
       std::nullopt,
       "A list. After a question mark stands an optional, whose value is left out where it has none.",
       {{"[1, ?optional.none(), ?optional.of(3)]", "[1,3]"}}},
      {"{x: y, ?z: w}",
       std::nullopt,
       "A map; keys are strings, numbers without a fraction, or bools. An entry after a question mark has an optional, "
       "and is left out where that has no value. The same key twice is an error.",
       {{"{'a': 1, ?'b': optional.none()}", R"({"a":1})"}, {"{1: 2, 1: 3}", "error: the map has the same key twice"}}},
  };
}

std::vector<OperatorDescription> Arithmetic() {
  return {
      {"!x", Operator::kNot, "Not.", {{"!true", "false"}}},
      {"-x",
       Operator::kNegate,
       "The negative number. Of the least int it is an error.",
       {{"-(1 + 2)", "-3"}, {"-(-9223372036854775808)", "error: int overflow"}}},
      {"x * y",
       Operator::kMultiply,
       "The product. An int or uint out of its range is an error.",
       {{"2.5 * 2.0", "5.0"}, {"9223372036854775807 * 2", "error: int overflow"}}},
      {"x / y",
       Operator::kDivide,
       "The quotient; of ints, without a fraction. Division of ints by zero is an error.",
       {{"7 / 2", "3"}, {"7.0 / 2.0", "3.5"}, {"1 / 0", "error: divide by zero"}}},
      {"x % y",
       Operator::kModulo,
       "What remains of a division of ints; by zero, an error.",
       {{"7 % 2", "1"}, {"-7 % 2", "-1"}}},
      {"x + y",
       Operator::kAdd,
       "The sum; of strings, bytes and lists, one after the other. A number or time out of its range is an error.",
       {{"1 + 2", "3"},
        {"'a' + 'b'", R"("ab")"},
        {"[1] + [2]", "[1,2]"},
        {"timestamp('2026-01-01T00:00:00Z') + duration('1h')", R"("2026-01-01T01:00:00Z")"}}},
      {"x - y",
       Operator::kSubtract,
       "The difference. A number or time out of its range is an error.",
       {{"1 - 2", "-1"}, {"timestamp(60) - timestamp(0)", R"("60s")"}}},
  };
}

std::vector<OperatorDescription> Relations() {
  return {
      {"x == y",
       Operator::kEqual,
       "Whether the values are equal. Numbers of all types are compared exactly, lists element by element, maps "
       "without "
       "regard to order; values of different kinds are not equal.",
       {{"dyn(1) == 1.0", "true"}, {"[1, 2] == [1, 2]", "true"}, {"dyn(1) == '1'", "false"}}},
      {"x != y", Operator::kNotEqual, "Whether the values are not equal.", {{"1 != 2", "true"}}},
      {"x < y",
       Operator::kLess,
       "Whether x is less: of numbers of all types, exactly; of texts, by code points; false before true.",
       {{"1 < 2", "true"}, {"'Z' < 'a'", "true"}, {"1 < 1.5", "true"}}},
      {"x <= y", Operator::kLessEqual, "Whether x is less or equal.", {{"2 <= 2", "true"}}},
      {"x > y", Operator::kGreater, "Whether x is greater.", {{"duration('1h') > duration('59m')", "true"}}},
      {"x >= y", Operator::kGreaterEqual, "Whether x is greater or equal.", {{"1.0 / 0.0 >= 5.0", "true"}}},
      {"x in y",
       Operator::kIn,
       "Whether a list has the element, or a map the key.",
       {{"2 in [1, 2]", "true"}, {"'a' in {'b': 1}", "false"}}},
  };
}

std::vector<OperatorDescription> Logic() {
  return {
      {"x && y",
       std::nullopt,
       "Whether both are true. Where one is false, an error of the other does not count, on whichever side it stands.",
       {{"1 / 0 == 1 && false", "false"}, {"true && 1 / 0 == 1", "error: divide by zero"}}},
      {"x || y",
       std::nullopt,
       "Whether either is true. Where one is, an error of the other does not count.",
       {{"1 / 0 == 1 || true", "true"}}},
      {"x ? y : z",
       std::nullopt,
       "y where x is true, else z. Only that one is evaluated.",
       {{"2 > 1 ? 'high' : 'low'", R"("high")"}}},
  };
}

}  // namespace

std::span<const OperatorDescription> OperatorDescriptions() {
  static const std::vector<OperatorDescription> kOperators = [] {
    std::vector<OperatorDescription> all;
    for (const auto part : {Access, Arithmetic, Relations, Logic})
      for (OperatorDescription& description : part()) all.push_back(std::move(description));
    return all;
  }();
  return kOperators;
}

}  // namespace penstock::expr
