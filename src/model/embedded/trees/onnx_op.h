// The operator of ONNX Runtime that is our kernel.
#pragma once

#include <onnxruntime_c_api.h>

#include <memory>
#include <mutex>
#include <vector>

#include "base/result.h"
#include "model/embedded/onnx_runtime.h"
#include "model/embedded/trees/kernel.h"
#include "model/embedded/trees/onnx_reader.h"

namespace penstock::trees {

// Takes the place that ReplaceTrees() made. Outlives the sessions that it is added to, which may run it in many
// threads.
class OnnxOp : private OrtCustomOp {
 public:
  // `doubles`: what its input is of; else floats. `runtime` outlives it. kLimit: as of Kernel::Make().
  static Result<std::unique_ptr<OnnxOp>> Make(const embedded::OnnxRuntime& runtime, OnnxTrees trees, bool doubles);

  Result<void> AddTo(OrtSessionOptions& options) const;

  // For who runs them without the runtime. Of the ensemble, all but its nodes, weights and sets.
  const OnnxTrees& trees() const { return trees_; }
  const Kernel& kernel() const { return *kernel_; }

 private:
  struct Workspace {
    Kernel::ScratchHandle scratch;
    std::vector<double> rows;
    std::vector<double> margins;
  };
  class Lease;

  OnnxOp(const embedded::OnnxRuntime& runtime, OnnxTrees trees, std::unique_ptr<const Kernel> kernel, bool doubles);
  void SetCallbacks();

  size_t output_count() const { return trees_.scores ? 2 : 1; }
  ONNXTensorElementDataType OutputType(size_t index) const;
  OrtStatus* Compute(OrtKernelContext& context);
  Result<void> Evaluate(OrtKernelContext& context);
  // Rows of the tensor; and what the kernel says of them.
  Result<size_t> CountRows(const OrtValue& input) const;
  void RunKernel(const void* data, size_t rows, Workspace& workspace) const;
  Result<void> WriteScores(OrtKernelContext& context, size_t rows, Workspace& workspace) const;
  Result<void> WriteLabels(OrtKernelContext& context, const std::vector<int64_t>& labels) const;
  Result<OrtValue*> Output(OrtKernelContext& context, size_t index, const std::vector<int64_t>& shape) const;

  const embedded::OnnxRuntime& runtime_;
  const OnnxTrees trees_;
  const std::unique_ptr<const Kernel> kernel_;
  const bool doubles_;
  embedded::Handle<OrtCustomOpDomain> domain_;

  std::mutex mutex_;
  std::vector<std::unique_ptr<Workspace>> idle_;
};

}  // namespace penstock::trees
