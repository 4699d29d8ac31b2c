// A model inside ONNX Runtime.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/embedded/memory_account.h"
#include "model/embedded/onnx_ports.h"
#include "model/embedded/onnx_runtime.h"
#include "model/embedded/trees/onnx_op.h"

namespace penstock::embedded {

// Used by many threads at once: runs of a session do not disturb each other.
class OnnxSession {
 public:
  // `model` is the content of the file at `path`, beside which the weights may be that it leaves out. `threads` work on
  // one run; with 1, only the caller's. kInvalid, with the path: what the runtime cannot run, and why.
  // `op` is an operator of ours that the model has, if any.
  static Result<std::unique_ptr<OnnxSession>> Load(const OnnxRuntime& runtime, std::string_view model,
                                                   const std::string& path, int threads,
                                                   std::unique_ptr<const trees::OnnxOp> op = nullptr);
  ~OnnxSession();
  OnnxSession(const OnnxSession&) = delete;
  OnnxSession& operator=(const OnnxSession&) = delete;

  const OnnxRuntime& runtime() const { return runtime_; }
  const OnnxPorts& ports() const { return ports_; }
  OrtSession* handle() const { return session_.get(); }
  const trees::OnnxOp* op() const { return op_.get(); }
  // What the session's tensors take: weights, and what runs compute. Not counted is what the runtime builds besides
  // them on the heap of the process: the graph, and the nodes of tree ensembles; nor what further threads allocate.
  MemoryAccount& account() const { return *account_; }

 private:
  explicit OnnxSession(const OnnxRuntime& runtime);

  const OnnxRuntime& runtime_;
  std::unique_ptr<MemoryAccount> account_;
  std::unique_ptr<const trees::OnnxOp> op_;
  Handle<OrtSession> session_;
  OnnxPorts ports_;
};

}  // namespace penstock::embedded
