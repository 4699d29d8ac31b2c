// For tests: expressions of all shapes, drawn from a seed, with the values of their variables.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace penstock::expr {

// An expression in two forms: over variables, and with the variables' values in their places.
struct RandomText {
  std::string over_variables;
  std::string over_literals;
};

class RandomExpression {
 public:
  explicit RandomExpression(uint64_t seed) : random_(seed) {}

  // What the variables are: the `values` of the event, as JSON.
  static constexpr std::string_view kEvent =
      R"({"i0": 0, "i1": 7, "i2": -3, "i3": 9223372036854775807, "d0": 0.5, "d1": -2.0, "d2": 1e300,)"
      R"( "s0": "", "s1": "abc", "s2": "é€", "b0": true, "b1": false, "l0": [], "l1": [1,2,3], "l2": [7,-3]})";

  RandomText Bool(int depth) {
    if (depth == 0) return Below(2) == 0 ? Leaf("b0", "true") : Leaf("b1", "false");
    switch (Below(10)) {
      case 0: return Join(Bool(depth - 1), " && ", Bool(depth - 1));
      case 1: return Join(Bool(depth - 1), " || ", Bool(depth - 1));
      case 2: return Wrap("!", Bool(depth - 1), "");
      case 3: return Compare(Int(depth - 1), Int(depth - 1));
      case 4: return Compare(Double(depth - 1), Int(depth - 1));
      case 5: return Compare(String(depth - 1), String(depth - 1));
      case 6: return Join(Int(depth - 1), " in ", List(depth - 1));
      case 7: return Macro(depth, Pick<3>({"all", "exists", "exists_one"}), "x > 1");
      case 8: return Join(List(depth - 1), " == ", List(depth - 1));
      default: return Choice(Bool(depth - 1), Bool(depth - 1), Bool(depth - 1));
    }
  }

  RandomText Int(int depth) {
    if (depth == 0) return IntLeaf();
    switch (Below(8)) {
      case 0: return Join(Int(depth - 1), " + ", Int(depth - 1));
      case 1: return Join(Int(depth - 1), " - ", Int(depth - 1));
      case 2: return Join(Int(depth - 1), " * ", Int(depth - 1));
      case 3: return Join(Int(depth - 1), " / ", Int(depth - 1));
      case 4: return Join(Int(depth - 1), " % ", Int(depth - 1));
      case 5: return Wrap("size(", Below(2) == 0 ? List(depth - 1) : String(depth - 1), ")");
      case 6: return Index(List(depth - 1), Int(depth - 1));
      default: return Choice(Bool(depth - 1), Int(depth - 1), Int(depth - 1));
    }
  }

  RandomText Double(int depth) {
    if (depth == 0) return DoubleLeaf();
    switch (Below(5)) {
      case 0: return Join(Double(depth - 1), " + ", Double(depth - 1));
      case 1: return Join(Double(depth - 1), " * ", Double(depth - 1));
      case 2: return Join(Double(depth - 1), " / ", Double(depth - 1));
      case 3: return Wrap("double(", Int(depth - 1), ")");
      default: return Choice(Bool(depth - 1), Double(depth - 1), Double(depth - 1));
    }
  }

  RandomText String(int depth) {
    if (depth == 0) return StringLeaf();
    switch (Below(4)) {
      case 0: return Join(String(depth - 1), " + ", String(depth - 1));
      case 1: return Wrap("string(", Int(depth - 1), ")");
      case 2: return Wrap("string(", Double(depth - 1), ")");
      default: return Choice(Bool(depth - 1), String(depth - 1), String(depth - 1));
    }
  }

  RandomText List(int depth) {
    if (depth == 0) return ListLeaf();
    switch (Below(5)) {
      case 0: return Wrap("[", Int(depth - 1), "]");
      case 1: return Join(List(depth - 1), " + ", List(depth - 1));
      case 2: return Macro(depth, "map", "x + 1");
      case 3: return Macro(depth, "filter", "x != 2");
      default: return Choice(Bool(depth - 1), List(depth - 1), List(depth - 1));
    }
  }

 private:
  uint64_t Below(uint64_t bound) { return random_() % bound; }

  template <size_t Count>
  std::string_view Pick(const std::array<std::string_view, Count>& choices) {
    return choices[Below(Count)];
  }

  static RandomText Leaf(std::string_view name, std::string_view literal) {
    return {"event." + std::string(name), std::string(literal)};
  }
  RandomText IntLeaf() {
    switch (Below(4)) {
      case 0: return Leaf("i0", "0");
      case 1: return Leaf("i1", "7");
      case 2: return Leaf("i2", "(-3)");
      default: return Leaf("i3", "9223372036854775807");
    }
  }
  RandomText DoubleLeaf() {
    switch (Below(3)) {
      case 0: return Leaf("d0", "0.5");
      case 1: return Leaf("d1", "(-2.0)");
      default: return Leaf("d2", "1e300");
    }
  }
  RandomText StringLeaf() {
    switch (Below(3)) {
      case 0: return Leaf("s0", "''");
      case 1: return Leaf("s1", "'abc'");
      default: return Leaf("s2", "'é€'");
    }
  }
  RandomText ListLeaf() {
    switch (Below(3)) {
      case 0: return Leaf("l0", "[]");
      case 1: return Leaf("l1", "[1, 2, 3]");
      default: return Leaf("l2", "[7, -3]");
    }
  }

  static RandomText Wrap(std::string_view before, const RandomText& inner, std::string_view after) {
    return {std::string(before) + inner.over_variables + std::string(after),
            std::string(before) + inner.over_literals + std::string(after)};
  }
  static RandomText Join(const RandomText& a, std::string_view between, const RandomText& b) {
    return {"(" + a.over_variables + std::string(between) + b.over_variables + ")",
            "(" + a.over_literals + std::string(between) + b.over_literals + ")"};
  }
  static RandomText Index(const RandomText& list, const RandomText& index) {
    return {list.over_variables + "[" + index.over_variables + "]",
            list.over_literals + "[" + index.over_literals + "]"};
  }
  static RandomText Choice(const RandomText& condition, const RandomText& a, const RandomText& b) {
    return Join(condition, " ? ",
                {a.over_variables + " : " + b.over_variables, a.over_literals + " : " + b.over_literals});
  }
  RandomText Compare(const RandomText& a, const RandomText& b) {
    return Join(a, Pick<4>({" < ", " <= ", " > ", " >= "}), b);
  }
  // The variable of the innermost macro is part of the body now and then.
  RandomText Macro(int depth, std::string_view name, std::string_view body) {
    const std::string begin = "." + std::string(name) + "(x, ";
    const RandomText range = List(depth - 1);
    if (Below(2) == 0) return Wrap("", range, begin + std::string(body) + ")");
    const RandomText inner = name == "map" ? Int(depth - 1) : Bool(depth - 1);
    return {range.over_variables + begin + inner.over_variables + ")",
            range.over_literals + begin + inner.over_literals + ")"};
  }

  std::mt19937_64 random_;
};

}  // namespace penstock::expr
