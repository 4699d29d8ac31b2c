#include "base/arena.h"

#include <algorithm>

namespace penstock {

void* Arena::AllocateInNextBlock(size_t bytes, size_t alignment) {
  const size_t index = next_ == nullptr ? 0 : current_ + 1;
  const size_t needed = bytes + alignment;
  const bool next_block_serves = index < blocks_.size() && blocks_[index].bytes >= needed;
  if (!next_block_serves) {
    const size_t size = std::max(block_bytes_, needed);
    // for_overwrite: the memory is handed out uninitialised, and zeroing it would cost more than using it.
    blocks_.insert(blocks_.begin() + static_cast<ptrdiff_t>(index),
                   Block{std::make_unique_for_overwrite<char[]>(size), size});
    held_bytes_ += size;
  }
  current_ = index;
  Use(blocks_[index]);
  return Allocate(bytes, alignment);
}

void Arena::Use(const Block& block) {
  next_ = block.memory.get();
  end_ = next_ + block.bytes;
  ASAN_POISON_MEMORY_REGION(next_, block.bytes);
}

void Arena::Reset() {
  std::erase_if(blocks_, [this](const Block& block) {
    const bool large = block.bytes > block_bytes_;
    if (large) held_bytes_ -= block.bytes;
    return large;
  });
  for (const Block& block : blocks_) ASAN_POISON_MEMORY_REGION(block.memory.get(), block.bytes);
  current_ = 0;
  next_ = end_ = nullptr;
  if (!blocks_.empty()) Use(blocks_.front());
}

}  // namespace penstock
