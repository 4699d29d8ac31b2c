#include "model/embedded/onnx_session.h"

#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace penstock::embedded {
namespace {

// Weights outside the model's file are named relative to it. The runtime takes the model as bytes, because those are
// what its version is the hash of, and so must be told where it came from.
std::string FolderOf(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  return (error ? std::filesystem::path(path) : absolute).parent_path().string();
}

Result<Handle<OrtSessionOptions>> MakeOptions(const OnnxRuntime& runtime, const std::string& path, int threads) {
  const OrtApi& api = runtime.api();
  Handle<OrtSessionOptions> options = runtime.NewHandle(api.ReleaseSessionOptions);
  TRY(runtime.Check(MakeHandle(options, [&api](OrtSessionOptions** out) { return api.CreateSessionOptions(out); }),
                    "make options"));
  TRY(runtime.Check(api.SetIntraOpNumThreads(options.get(), threads), "set threads"));
  TRY(runtime.Check(api.SetInterOpNumThreads(options.get(), 1), "set threads"));
  TRY(runtime.Check(api.SetSessionExecutionMode(options.get(), ORT_SEQUENTIAL), "set the mode"));
  TRY(runtime.Check(api.SetSessionGraphOptimizationLevel(options.get(), ORT_ENABLE_ALL), "set optimisations"));
  TRY(runtime.Check(api.SetSessionLogSeverityLevel(options.get(), ORT_LOGGING_LEVEL_ERROR), "set logging"));
  const std::string folder = FolderOf(path);
  const auto entries = std::to_array<std::pair<const char*, const char*>>({
      {"session.intra_op.allow_spinning", "0"},  // other workers need the processor
      {"session.inter_op.allow_spinning", "0"},
      {"session.use_env_allocators", "1"},  // ours, which counts
      {"session.model_external_initializers_file_folder_path", folder.c_str()},
  });
  for (const auto& [key, value] : entries)
    TRY(runtime.Check(api.AddSessionConfigEntry(options.get(), key, value), "set an option"));
  return options;
}

}  // namespace

OnnxSession::OnnxSession(const OnnxRuntime& runtime)
    : runtime_(runtime),
      account_(std::make_unique<MemoryAccount>()),
      session_(runtime.NewHandle(runtime.api().ReleaseSession)) {}

OnnxSession::~OnnxSession() {
  session_.reset();
  // Should the runtime hold on to a tensor, its label keeps pointing to the account.
  if (account_->bytes() != 0) static_cast<void>(account_.release());
}

Result<std::unique_ptr<OnnxSession>> OnnxSession::Load(const OnnxRuntime& runtime, std::string_view model,
                                                       const std::string& path, int threads,
                                                       std::unique_ptr<const trees::OnnxOp> op) {
  TRY_ASSIGN(const Handle<OrtSessionOptions> options, MakeOptions(runtime, path, threads));
  std::unique_ptr<OnnxSession> session(new OnnxSession(runtime));
  session->op_ = std::move(op);
  if (session->op_ != nullptr) TRY(session->op_->AddTo(*options));
  const MemoryAccount::Scope scope(session->account_.get());
  const std::optional<std::string> reason = runtime.TakeReason(MakeHandle(session->session_, [&](OrtSession** out) {
    return runtime.api().CreateSessionFromArray(runtime.environment(), model.data(), model.size(), options.get(), out);
  }));
  if (reason)
    return Invalid("the model " + path + " cannot be loaded by ONNX Runtime " + runtime.version() + ": " + *reason);
  Result<OnnxPorts> ports = ReadPorts(runtime, *session->handle());
  if (!ports) return Fail(ports.error().kind, "the model " + path + " cannot be used: " + ports.error().message);
  session->ports_ = *std::move(ports);
  return session;
}

}  // namespace penstock::embedded
