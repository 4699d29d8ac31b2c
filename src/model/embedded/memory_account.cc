#include "model/embedded/memory_account.h"

#include <cstdlib>
#include <limits>
#include <new>

namespace penstock::embedded {
namespace {

thread_local MemoryAccount* account_of_thread = nullptr;

// In front of each tensor, which keeps the alignment that vector instructions want.
constexpr size_t kAlignment = 64;
struct alignas(kAlignment) Label {
  MemoryAccount* account;
  int64_t bytes;
};

}  // namespace

MemoryAccount::Scope::Scope(MemoryAccount* account) : outer_(account_of_thread) { account_of_thread = account; }
MemoryAccount::Scope::~Scope() { account_of_thread = outer_; }

TensorAllocator::TensorAllocator(const OrtMemoryInfo* memory) : body_{} {
  body_.version = ORT_API_VERSION;
  body_.Alloc = Allocate;
  body_.Free = Free;
  body_.Info = Info;
  body_.Reserve = Allocate;
  body_.memory = memory;
}

void* TensorAllocator::Allocate(OrtAllocator*, size_t bytes) {
  if (bytes > std::numeric_limits<size_t>::max() / 2) return nullptr;
  const size_t total = sizeof(Label) + (bytes + kAlignment - 1) / kAlignment * kAlignment;
  void* memory = std::aligned_alloc(kAlignment, total);
  if (memory == nullptr) return nullptr;
  auto* label = new (memory) Label{account_of_thread, static_cast<int64_t>(total)};
  if (label->account != nullptr) label->account->Add(label->bytes);
  return label + 1;
}

void TensorAllocator::Free(OrtAllocator*, void* pointer) {
  if (pointer == nullptr) return;
  Label* label = static_cast<Label*>(pointer) - 1;
  if (label->account != nullptr) label->account->Add(-label->bytes);
  std::free(label);
}

const OrtMemoryInfo* TensorAllocator::Info(const OrtAllocator* allocator) {
  return static_cast<const Body*>(allocator)->memory;
}

}  // namespace penstock::embedded
