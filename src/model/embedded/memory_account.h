// How much memory each model's tensors take.
#pragma once

#include <onnxruntime_c_api.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace penstock::embedded {

// What is allocated while a Scope of the account is open in the allocating thread, and not freed yet, by whomever.
// Outlives what counts for it. Used by many threads at once.
class MemoryAccount {
 public:
  class Scope {
   public:
    // Scopes of one thread end in the reverse of their order. `account` may be null: nobody's.
    explicit Scope(MemoryAccount* account);
    ~Scope();
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

   private:
    MemoryAccount* outer_;
  };

  void Add(int64_t bytes) { bytes_.fetch_add(bytes, std::memory_order_relaxed); }
  int64_t bytes() const { return bytes_.load(std::memory_order_relaxed); }

 private:
  std::atomic<int64_t> bytes_{0};
};

// What ONNX Runtime allocates tensors by: plain memory, that is counted. The C API of the version that we build with
// has no statistics of its own allocators.
class TensorAllocator {
 public:
  // `memory` outlives it.
  explicit TensorAllocator(const OrtMemoryInfo* memory);

  OrtAllocator* handle() { return &body_; }

 private:
  struct Body : OrtAllocator {
    const OrtMemoryInfo* memory;
  };

  static void* ORT_API_CALL Allocate(OrtAllocator* allocator, size_t bytes);
  static void ORT_API_CALL Free(OrtAllocator* allocator, void* pointer);
  static const OrtMemoryInfo* ORT_API_CALL Info(const OrtAllocator* allocator);

  Body body_;
};

}  // namespace penstock::embedded
