#include "model/embedded/onnx_runtime.h"

#include <dlfcn.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include <cstdlib>
#include <filesystem>
#include <mutex>
#include <system_error>
#include <utility>

namespace penstock::embedded {
namespace {

constexpr const char* kVariable = "PENSTOCK_ONNXRUNTIME";
constexpr const char* kSystemName = "libonnxruntime.so.1";

// What fails comes back as a status, whose reason we pass on; the same in a log would only say it twice.
void ORT_API_CALL DropLogLine(void*, OrtLoggingLevel, const char*, const char*, const char*, const char*) {}

std::string ProgramFolder() {
  std::error_code error;
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? std::string() : program.parent_path().string();
}

Error NotFound(const std::string& tried) {
  return {ErrorKind::kUnavailable,
          "ONNX Runtime cannot be loaded, so no ONNX model can run. Install Debian's package "
          "libonnxruntime1.21 or later, put " +
              std::string(kSystemName) + " beside the program, or name the file in " + kVariable + ". Tried:" + tried};
}

}  // namespace

std::vector<std::string> OnnxRuntime::Candidates(const char* from_environment, const std::string& program_folder) {
  if (from_environment != nullptr && *from_environment != '\0') return {from_environment};
  std::vector<std::string> candidates;
  if (!program_folder.empty()) {
    candidates.push_back(program_folder + '/' + kSystemName);
    candidates.push_back(program_folder + "/lib/" + kSystemName);
  }
  candidates.emplace_back(PENSTOCK_ONNXRUNTIME_LIBRARY);
  candidates.emplace_back(kSystemName);
  return candidates;
}

Result<const OnnxRuntime*> OnnxRuntime::Get() {
  static std::mutex mutex;
  static const OnnxRuntime* runtime = nullptr;  // never freed: models may outlive the statics of other files
  const std::lock_guard lock(mutex);
  if (runtime == nullptr) {
    TRY_ASSIGN(runtime, Load(Candidates(std::getenv(kVariable), ProgramFolder())));
  }
  return runtime;
}

Result<const OnnxRuntime*> OnnxRuntime::Load(const std::vector<std::string>& candidates) {
  std::string tried;
  void* library = nullptr;
  for (const std::string& candidate : candidates) {
    library = dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library != nullptr) break;
    const char* reason = dlerror();
    tried += "\n  " + (reason == nullptr ? candidate : std::string(reason));
  }
  if (library == nullptr) return tl::unexpected<Error>(NotFound(tried));
  using GetApiBase = const OrtApiBase* (*)();
  const auto get_base = reinterpret_cast<GetApiBase>(dlsym(library, "OrtGetApiBase"));
  if (get_base == nullptr) return tl::unexpected<Error>(NotFound("\n  a library that lacks OrtGetApiBase"));
  const OrtApiBase* base = get_base();
  const std::string version = base->GetVersionString();
  const OrtApi* api = base->GetApi(ORT_API_VERSION);
  if (api == nullptr)
    return Fail(ErrorKind::kUnavailable, "ONNX Runtime " + version + " is too old: 1." +
                                             std::to_string(ORT_API_VERSION) + " or later is needed. Name another in " +
                                             kVariable);
  std::unique_ptr<OnnxRuntime> runtime(new OnnxRuntime(api, version));
  TRY(runtime->Start());
  return runtime.release();
}

OnnxRuntime::OnnxRuntime(const OrtApi* api, std::string version)
    : api_(api),
      version_(std::move(version)),
      memory_(nullptr, api->ReleaseMemoryInfo),
      environment_(nullptr, api->ReleaseEnv) {}

Result<void> OnnxRuntime::Start() {
#ifdef __SANITIZE_ADDRESS__
  // The runtime keeps for good what it read about the processor, which is no leak of ours.
  const __lsan::ScopedDisabler disabler;
#endif
  TRY(Check(MakeHandle(memory_,
                       [this](OrtMemoryInfo** out) {
                         return api_->CreateCpuMemoryInfo(OrtDeviceAllocator, OrtMemTypeDefault, out);
                       }),
            "describe memory"));
  TRY(Check(MakeHandle(environment_,
                       [this](OrtEnv** out) {
                         return api_->CreateEnvWithCustomLogger(DropLogLine, nullptr, ORT_LOGGING_LEVEL_ERROR,
                                                                "penstock", out);
                       }),
            "start"));
  allocator_ = std::make_unique<TensorAllocator>(memory_.get());
  return Check(api_->RegisterAllocator(environment_.get(), allocator_->handle()), "take an allocator");
}

std::optional<std::string> OnnxRuntime::TakeReason(OrtStatus* status) const {
  if (status == nullptr) [[likely]]
    return std::nullopt;
  const Handle<OrtStatus> owned(status, api_->ReleaseStatus);
  return std::string(api_->GetErrorMessage(status));
}

Result<void> OnnxRuntime::Check(OrtStatus* status, const char* what) const {
  const std::optional<std::string> reason = TakeReason(status);
  if (!reason) [[likely]]
    return {};
  return Fail(ErrorKind::kInternal, "ONNX Runtime could not " + std::string(what) + ": " + *reason);
}

}  // namespace penstock::embedded
