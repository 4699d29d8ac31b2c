// Memory aligned as lanes want it.
#pragma once

#include <array>
#include <cstddef>
#include <vector>

namespace penstock::trees {

class AlignedBuffer {
 public:
  // Room for `count` elements, until the next call. Keeps what was in the memory.
  template <typename T>
  T* Take(size_t count) {
    lines_.resize((count * sizeof(T) + sizeof(Line) - 1) / sizeof(Line));
    return reinterpret_cast<T*>(lines_.data());
  }

 private:
  struct alignas(64) Line {
    std::array<std::byte, 64> bytes;
  };
  std::vector<Line> lines_;
};

}  // namespace penstock::trees
