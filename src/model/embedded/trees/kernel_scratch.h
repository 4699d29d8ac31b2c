// What a thread keeps between evaluations of a kernel.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "model/embedded/trees/forest.h"
#include "model/embedded/trees/kernel.h"

namespace penstock::trees {

// Memory aligned as lanes want it.
class AlignedBuffer {
 public:
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

class Kernel::Scratch {
 public:
  AlignedBuffer keys;   // of one row
  AlignedBuffer ranks;  // of one row, or of kLaneRows
  AlignedBuffer categories;
  AlignedBuffer sums;
  std::vector<uint8_t> is_set;
  std::array<uint8_t, kLaneRows> exits{};
  std::array<uint32_t, kLaneRows> slots{};
};

}  // namespace penstock::trees
