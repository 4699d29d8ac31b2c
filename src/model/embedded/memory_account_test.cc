#include "model/embedded/memory_account.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>

namespace penstock::embedded {
namespace {

TEST(MemoryAccount, CountsWhatItsScopesAllocateUntilItIsFreed) {
  TensorAllocator allocator(nullptr);
  OrtAllocator* handle = allocator.handle();
  MemoryAccount outer;
  MemoryAccount inner;
  void* first = nullptr;
  void* second = nullptr;
  {
    const MemoryAccount::Scope outer_scope(&outer);
    {
      const MemoryAccount::Scope inner_scope(&inner);
      first = handle->Alloc(handle, 1000);
    }
    second = handle->Alloc(handle, 1);
  }
  EXPECT_GE(inner.bytes(), 1000);
  EXPECT_GE(outer.bytes(), 1);
  EXPECT_LT(outer.bytes(), 1000);
  handle->Free(handle, first);
  EXPECT_EQ(inner.bytes(), 0);
  handle->Free(handle, second);
  EXPECT_EQ(outer.bytes(), 0);
}

TEST(MemoryAccount, AllocatesForNobodyOutsideOfScopes) {
  TensorAllocator allocator(nullptr);
  OrtAllocator* handle = allocator.handle();
  for (const size_t bytes : {0, 1, 63, 64, 65, 100'000}) {
    void* memory = handle->Alloc(handle, bytes);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(memory) % 64, 0U);
    std::memset(memory, 1, bytes);
    handle->Free(handle, memory);
  }
  handle->Free(handle, nullptr);
}

TEST(MemoryAccount, RefusesWhatNoMachineHas) {
  TensorAllocator allocator(nullptr);
  EXPECT_EQ(allocator.handle()->Alloc(allocator.handle(), SIZE_MAX), nullptr);
}

}  // namespace
}  // namespace penstock::embedded
