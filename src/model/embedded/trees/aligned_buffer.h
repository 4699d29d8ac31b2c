// Memory aligned as lanes want it.
#pragma once

#include <array>
#include <cstddef>
#include <new>
#include <vector>

namespace penstock::trees {

inline constexpr std::align_val_t kLineAlignment{64};

template <typename T>
struct LineAllocator {
  using value_type = T;
  LineAllocator() = default;
  template <typename Other>
  LineAllocator(const LineAllocator<Other>&) {}  // NOLINT(google-explicit-constructor): as containers ask for it

  T* allocate(size_t count) { return static_cast<T*>(::operator new(count * sizeof(T), kLineAlignment)); }
  void deallocate(T* memory, size_t) { ::operator delete(memory, kLineAlignment); }
  bool operator==(const LineAllocator&) const = default;
};

template <typename T>
using LineVector = std::vector<T, LineAllocator<T>>;

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
