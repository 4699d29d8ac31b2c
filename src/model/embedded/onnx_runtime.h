// ONNX Runtime, loaded into this process when the first model asks for it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/embedded/memory_account.h"
#include "model/embedded/onnx_handle.h"

namespace penstock::embedded {

// The library stays loaded, and its one environment alive, until the process ends. Used by many threads at once.
class OnnxRuntime {
 public:
  // Loads the library with the first call; a call that fails leaves the next one to try again. kUnavailable: there is
  // no library, or it is older than the header that this was built with.
  static Result<const OnnxRuntime*> Get();

  // Where the library is looked for, in this order: PENSTOCK_ONNXRUNTIME and nothing else, if it is set; beside the
  // program and in `lib` there; where the build found it; where the system's loader looks.
  static std::vector<std::string> Candidates(const char* from_environment, const std::string& program_folder);

  // From the first of the candidates that can be loaded. For tests; everyone else shares that of Get().
  static Result<const OnnxRuntime*> Load(const std::vector<std::string>& candidates);

  OnnxRuntime(const OnnxRuntime&) = delete;
  OnnxRuntime& operator=(const OnnxRuntime&) = delete;

  const OrtApi& api() const { return *api_; }
  OrtEnv* environment() const { return environment_.get(); }
  // That of all tensors: the processor's memory.
  const OrtMemoryInfo* memory() const { return memory_.get(); }
  // What a session allocates tensors by; it counts for the account of the thread (MemoryAccount::Scope).
  OrtAllocator* allocator() const { return allocator_->handle(); }
  const std::string& version() const { return version_; }

  // The reason in a status, which is freed; nothing if it is null, which means success.
  std::optional<std::string> TakeReason(OrtStatus* status) const;
  // kInternal: for calls that fail only if we made a mistake. `what` is the call's purpose.
  Result<void> Check(OrtStatus* status, const char* what) const;

  template <typename T>
  Handle<T> NewHandle(void (*release)(T*)) const {
    return Handle<T>(nullptr, release);
  }

 private:
  OnnxRuntime(const OrtApi* api, std::string version);
  Result<void> Start();

  const OrtApi* api_;
  std::string version_;
  Handle<OrtMemoryInfo> memory_;
  std::unique_ptr<TensorAllocator> allocator_;
  Handle<OrtEnv> environment_;
};

}  // namespace penstock::embedded
