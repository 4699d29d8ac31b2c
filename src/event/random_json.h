// For tests: JSON texts of all shapes, drawn from a seed.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

namespace penstock {

class RandomJson {
 public:
  // Keys that come twice are drawn only if `duplicate_keys` says so.
  explicit RandomJson(uint64_t seed, bool duplicate_keys = false) : random_(seed), duplicate_keys_(duplicate_keys) {}

  size_t Below(size_t bound) { return random_() % bound; }

  std::string Value(int depth) {
    switch (depth > 0 ? Below(7) : Below(4)) {
      case 0: return std::string(Pick<3>({"true", "false", "null"}));
      case 1: return Number();
      case 2: return Integer();
      case 3: return String();
      case 4: return List(depth - 1);
      default: return Map(depth - 1);
    }
  }

  std::string Space() { return std::string(Pick<6>({"", "", "", " ", "\n\t", "\r\n  "})); }

  std::string String() { return '"' + Characters() + '"'; }

  std::string Integer() {
    if (Below(4) == 0)
      return std::string(Pick<6>(
          {"9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551615", "0", "-1"}));
    const auto number = static_cast<int64_t>(random_());
    return std::to_string(number >> Below(64));
  }

  std::string Number() {
    std::string number = std::to_string(static_cast<int32_t>(random_()) >> Below(32));
    if (Below(2) == 0) number += '.' + std::to_string(random_() >> Below(64));
    if (Below(4) == 0) number += Pick<4>({"e5", "E-3", "e+20", "e-30"});
    return number;
  }

  std::string List(int depth) {
    std::string text = '[' + Space();
    for (size_t left = Below(6); left > 0; --left) text += Value(depth) + Space() + (left > 1 ? "," + Space() : "");
    return text + ']';
  }

  std::string Map(int depth) {
    std::string text = '{' + Space();
    for (size_t left = Below(6); left > 0; --left)
      text += Key(left) + Space() + ':' + Space() + Value(depth) + Space() + (left > 1 ? "," + Space() : "");
    return text + '}';
  }

 private:
  template <size_t Count>
  std::string_view Pick(const std::array<std::string_view, Count>& choices) {
    return choices[Below(Count)];
  }

  std::string Key(size_t number) {
    if (duplicate_keys_)
      return std::string(Pick<6>({R"("")", R"("a")", R"("\u0061")", R"("key")", R"("k\u0065y")", String()}));
    return '"' + Characters() + std::to_string(number) + '"';
  }

  std::string Characters() {
    std::string text;
    for (size_t left = Below(2) == 0 ? Below(5) : Below(40); left > 0; --left)
      text += Pick<12>({"a", "Z", " ", "0", "é", "€", "😀", R"(\n)", R"(\")", R"(\\)", R"(\u00e9)", R"(\ud83d\ude00)"});
    return text;
  }

  std::mt19937_64 random_;
  bool duplicate_keys_;
};

}  // namespace penstock
