// Memory that is given out piece by piece and taken back all at once.
#pragma once

#include <sanitizer/asan_interface.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace penstock {

// A bump allocator. What it gave out lives until Reset() or its own end; no destructor runs. Blocks are kept over
// Reset(), so that a worker which handles batch after batch soon allocates nothing. AddressSanitizer reports whoever
// touches what was taken back. Used by one thread at a time.
class Arena {
 public:
  explicit Arena(size_t block_bytes = 16 * 1024) : block_bytes_(block_bytes) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Uninitialised memory; never null. `bytes` is at most PTRDIFF_MAX; `alignment` is a power of two.
  void* Allocate(size_t bytes, size_t alignment) {
    const uintptr_t start = (reinterpret_cast<uintptr_t>(next_) + alignment - 1) & ~(alignment - 1);
    if (start + bytes > reinterpret_cast<uintptr_t>(end_) || next_ == nullptr) [[unlikely]]
      return AllocateInNextBlock(bytes, alignment);
    next_ = reinterpret_cast<char*>(start + bytes);
    ASAN_UNPOISON_MEMORY_REGION(reinterpret_cast<void*>(start), bytes);
    return reinterpret_cast<void*>(start);
  }

  template <typename T>
  std::span<T> AllocateArray(size_t count) {
    static_assert(std::is_trivially_destructible_v<T>);
    if (count > PTRDIFF_MAX / sizeof(T)) [[unlikely]]
      throw std::bad_array_new_length();
    return {static_cast<T*>(Allocate(count * sizeof(T), alignof(T))), count};
  }

  template <typename T>
  T* New(const T& value) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (Allocate(sizeof(T), alignof(T))) T(value);
  }

  std::string_view Copy(std::string_view bytes) {
    char* copy = static_cast<char*>(Allocate(bytes.size(), 1));
    if (!bytes.empty()) std::memcpy(copy, bytes.data(), bytes.size());
    return {copy, bytes.size()};
  }

  // Gives back the last `bytes` of an allocation, which ends at `end`. Does nothing if it is not the newest.
  void ReturnTail(const void* end, size_t bytes) {
    if (end != next_) return;
    next_ -= bytes;
    ASAN_POISON_MEMORY_REGION(next_, bytes);
  }

  // Takes everything back. Large blocks are freed, so that one huge event does not hold its memory for ever.
  void Reset();

  // Bytes of all blocks held, used or not.
  size_t held_bytes() const { return held_bytes_; }

 private:
  struct Block {
    std::unique_ptr<char[]> memory;
    size_t bytes;
  };

  // Goes on to the next kept block, or, where there is none or it is too small, to a new one in its place.
  void* AllocateInNextBlock(size_t bytes, size_t alignment);
  void Use(const Block& block);

  size_t block_bytes_;
  size_t held_bytes_ = 0;
  size_t current_ = 0;  // index of the block in use, when there is one
  char* next_ = nullptr;
  char* end_ = nullptr;
  std::vector<Block> blocks_;
};

}  // namespace penstock
