// LightGBM's text: lines of `key=value`, in blocks.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace penstock::trees {

// Borrows from the file. A line without '=' is a key without a value.
class LightgbmBlock {
 public:
  void Add(std::string_view line);

  bool has(std::string_view key) const { return values_.contains(key); }
  // Empty where there is none.
  std::string_view text(std::string_view key) const;
  Result<int64_t> Whole(std::string_view key) const;
  // Exactly `count` numbers, with blanks between them.
  template <typename T>
  Result<std::vector<T>> Numbers(std::string_view key, size_t count) const;

 private:
  std::map<std::string_view, std::string_view> values_;
};

struct LightgbmText {
  LightgbmBlock head;
  std::vector<LightgbmBlock> trees;
};

// kInvalid: it is no such file, or ends before its last tree does.
Result<LightgbmText> ParseLightgbm(std::string_view file);

template <typename T>
Result<std::vector<T>> LightgbmBlock::Numbers(std::string_view key, size_t count) const {
  const std::string_view list = text(key);
  const char* at = list.data();
  const char* const end = at + list.size();
  std::vector<T> numbers;
  while (true) {
    while (at != end && *at == ' ') ++at;
    if (at == end) break;
    T number{};
    const auto [next, error] = std::from_chars(at, end, number);
    if (error == std::errc::invalid_argument || (next != end && *next != ' '))
      return Invalid("its " + std::string(key) + " has a number that is none");
    numbers.push_back(number);
    at = next;
  }
  if (numbers.size() != count)
    return Invalid("its " + std::string(key) + " has " + std::to_string(numbers.size()) + " numbers in place of " +
                   std::to_string(count));
  return numbers;
}

}  // namespace penstock::trees
