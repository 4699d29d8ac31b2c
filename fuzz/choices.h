// Decisions that the bytes of an input make.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace penstock {

class Choices {
 public:
  // `bytes` outlive this. When they are used up, each further choice is the first.
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}

  // `bound` is above 0, and at most 65,536.
  size_t Below(size_t bound) {
    size_t number = NextByte();
    if (bound > 256) number = number << 8 | NextByte();
    return number % bound;
  }
  bool OneIn(size_t count) { return Below(count) == count - 1; }

  template <typename Range>
  const auto& Of(const Range& range) {
    return range[Below(range.size())];
  }

  bool is_empty() const { return bytes_.empty(); }

 private:
  uint8_t NextByte() {
    if (bytes_.empty()) return 0;
    const auto byte = static_cast<uint8_t>(bytes_.front());
    bytes_.remove_prefix(1);
    return byte;
  }

  std::string_view bytes_;
};

}  // namespace penstock
