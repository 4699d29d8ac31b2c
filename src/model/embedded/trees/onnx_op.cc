#include "model/embedded/trees/onnx_op.h"

#include <algorithm>
#include <exception>
#include <span>
#include <string>
#include <utility>

#include "model/embedded/trees/onnx_graph.h"

namespace penstock::trees {
namespace {

// What answers need besides the kernel.
OnnxTrees WithoutNodes(OnnxTrees trees) {
  trees.ensemble.nodes = {};
  trees.ensemble.weights = {};
  trees.ensemble.sets = {};
  trees.ensemble.roots = {};
  return trees;
}

}  // namespace

// A workspace that no other run has.
class OnnxOp::Lease {
 public:
  explicit Lease(OnnxOp& op) : op_(op) {
    const std::lock_guard lock(op_.mutex_);
    if (op_.idle_.empty()) {
      workspace_ = std::make_unique<Workspace>();
      workspace_->scratch = op_.kernel_->NewScratch();
    } else {
      workspace_ = std::move(op_.idle_.back());
      op_.idle_.pop_back();
    }
  }
  ~Lease() {
    const std::lock_guard lock(op_.mutex_);
    op_.idle_.push_back(std::move(workspace_));
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  Workspace& workspace() { return *workspace_; }

 private:
  OnnxOp& op_;
  std::unique_ptr<Workspace> workspace_;
};

Result<std::unique_ptr<OnnxOp>> OnnxOp::Make(const embedded::OnnxRuntime& runtime, OnnxTrees trees, bool doubles) {
  TRY_ASSIGN(std::unique_ptr<const Kernel> kernel, Kernel::Make(trees.ensemble));
  std::unique_ptr<OnnxOp> op(new OnnxOp(runtime, WithoutNodes(std::move(trees)), std::move(kernel), doubles));
  const OrtApi& api = runtime.api();
  TRY(runtime.Check(
      embedded::MakeHandle(op->domain_,
                           [&api](OrtCustomOpDomain** out) { return api.CreateCustomOpDomain(kOnnxDomain, out); }),
      "make a domain"));
  TRY(runtime.Check(api.CustomOpDomain_Add(op->domain_.get(), op.get()), "add an operator"));
  return op;
}

OnnxOp::OnnxOp(const embedded::OnnxRuntime& runtime, OnnxTrees trees, std::unique_ptr<const Kernel> kernel,
               bool doubles)
    : OrtCustomOp{},
      runtime_(runtime),
      trees_(std::move(trees)),
      kernel_(std::move(kernel)),
      doubles_(doubles),
      domain_(runtime.NewHandle(runtime.api().ReleaseCustomOpDomain)) {
  SetCallbacks();
}

// The runtime hands the operator back as what it knows of it; and as a kernel of its own, which only points there.
void OnnxOp::SetCallbacks() {
  version = ORT_API_VERSION;
  CreateKernelV2 = [](const OrtCustomOp* op, const OrtApi*, const OrtKernelInfo*, void** kernel) -> OrtStatus* {
    *kernel = const_cast<OrtCustomOp*>(op);
    return nullptr;
  };
  KernelDestroy = [](void*) {};
  KernelComputeV2 = [](void* kernel, OrtKernelContext* context) -> OrtStatus* {
    return static_cast<OnnxOp*>(static_cast<OrtCustomOp*>(kernel))->Compute(*context);
  };
  GetName = [](const OrtCustomOp*) { return kOnnxOperator; };
  GetExecutionProviderType = [](const OrtCustomOp*) -> const char* { return nullptr; };
  GetInputTypeCount = [](const OrtCustomOp*) -> size_t { return 1; };
  GetInputType = [](const OrtCustomOp* op, size_t) {
    return static_cast<const OnnxOp*>(op)->doubles_ ? ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE
                                                    : ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
  };
  GetOutputTypeCount = [](const OrtCustomOp* op) { return static_cast<const OnnxOp*>(op)->output_count(); };
  GetOutputType = [](const OrtCustomOp* op, size_t index) { return static_cast<const OnnxOp*>(op)->OutputType(index); };
  GetInputCharacteristic = [](const OrtCustomOp*, size_t) { return INPUT_OUTPUT_REQUIRED; };
  GetOutputCharacteristic = [](const OrtCustomOp*, size_t) { return INPUT_OUTPUT_REQUIRED; };
  GetInputMemoryType = [](const OrtCustomOp*, size_t) { return OrtMemTypeDefault; };
  GetStartVersion = [](const OrtCustomOp*) { return 1; };
  GetEndVersion = [](const OrtCustomOp*) { return INT32_MAX; };
}

Result<void> OnnxOp::AddTo(OrtSessionOptions& options) const {
  return runtime_.Check(runtime_.api().AddCustomOpDomain(&options, domain_.get()), "add a domain");
}

ONNXTensorElementDataType OnnxOp::OutputType(size_t index) const {
  if (!trees_.scores || index == 1) return ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT;
  return trees_.text_labels.empty() ? ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 : ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING;
}

// The runtime is C, and knows no exceptions.
OrtStatus* OnnxOp::Compute(OrtKernelContext& context) {
  try {
    const Result<void> evaluated = Evaluate(context);
    return evaluated ? nullptr : runtime_.api().CreateStatus(ORT_FAIL, evaluated.error().message.c_str());
  } catch (const std::exception& error) {
    return runtime_.api().CreateStatus(ORT_FAIL, error.what());
  }
}

Result<void> OnnxOp::Evaluate(OrtKernelContext& context) {
  const OrtApi& api = runtime_.api();
  const OrtValue* input = nullptr;
  TRY(runtime_.Check(api.KernelContext_GetInput(&context, 0, &input), "get an input"));
  TRY_ASSIGN(const size_t rows, CountRows(*input));
  void* data = nullptr;
  // It is only read.
  TRY(runtime_.Check(api.GetTensorMutableData(const_cast<OrtValue*>(input), &data), "read an input"));
  Lease lease(*this);
  RunKernel(data, rows, lease.workspace());
  return WriteScores(context, rows, lease.workspace());
}

Result<size_t> OnnxOp::CountRows(const OrtValue& input) const {
  const OrtApi& api = runtime_.api();
  embedded::Handle<OrtTensorTypeAndShapeInfo> info = runtime_.NewHandle(api.ReleaseTensorTypeAndShapeInfo);
  TRY(runtime_.Check(embedded::MakeHandle(
                         info, [&](OrtTensorTypeAndShapeInfo** out) { return api.GetTensorTypeAndShape(&input, out); }),
                     "read a shape"));
  size_t dimensions = 0;
  TRY(runtime_.Check(api.GetDimensionsCount(info.get(), &dimensions), "read a shape"));
  std::vector<int64_t> shape(dimensions);
  TRY(runtime_.Check(api.GetDimensions(info.get(), shape.data(), dimensions), "read a shape"));
  if (shape.size() != 2 || shape[1] != int64_t{trees_.ensemble.features})
    return Invalid("the tree ensemble wants rows of " + std::to_string(trees_.ensemble.features) + " numbers");
  return static_cast<size_t>(shape[0]);
}

void OnnxOp::RunKernel(const void* data, size_t rows, Workspace& workspace) const {
  const size_t numbers = rows * trees_.ensemble.features;
  workspace.margins.resize(rows * trees_.ensemble.targets);
  if (trees_.ensemble.features_are_float) {
    kernel_->Margins({static_cast<const float*>(data), numbers}, workspace.margins, *workspace.scratch);
  } else if (doubles_) {
    kernel_->Margins({static_cast<const double*>(data), numbers}, workspace.margins, *workspace.scratch);
  } else {
    const auto* const floats = static_cast<const float*>(data);
    workspace.rows.assign(floats, floats + numbers);
    kernel_->Margins(std::span<const double>(workspace.rows), workspace.margins, *workspace.scratch);
  }
}

Result<OrtValue*> OnnxOp::Output(OrtKernelContext& context, size_t index, const std::vector<int64_t>& shape) const {
  OrtValue* output = nullptr;
  TRY(runtime_.Check(runtime_.api().KernelContext_GetOutput(&context, index, shape.data(), shape.size(), &output),
                     "make an output"));
  return output;
}

Result<void> OnnxOp::WriteScores(OrtKernelContext& context, size_t rows, Workspace& workspace) const {
  const size_t targets = trees_.ensemble.targets;
  TRY_ASSIGN(OrtValue* const output,
             Output(context, output_count() - 1, {static_cast<int64_t>(rows), static_cast<int64_t>(targets)}));
  void* data = nullptr;
  TRY(runtime_.Check(runtime_.api().GetTensorMutableData(output, &data), "write an output"));
  auto* const scores = static_cast<float*>(data);
  std::vector<int64_t> labels;
  for (size_t row = 0; row < rows; ++row)
    labels.push_back(
        trees_.Score({workspace.margins.data() + row * targets, targets}, {scores + row * targets, targets}));
  if (!trees_.scores) return {};
  return WriteLabels(context, labels);
}

Result<void> OnnxOp::WriteLabels(OrtKernelContext& context, const std::vector<int64_t>& labels) const {
  const OrtApi& api = runtime_.api();
  TRY_ASSIGN(OrtValue* const output, Output(context, 0, {static_cast<int64_t>(labels.size())}));
  if (!trees_.text_labels.empty()) {
    std::vector<const char*> texts;
    for (const int64_t label : labels) texts.push_back(trees_.text_labels[static_cast<size_t>(label)].c_str());
    return runtime_.Check(api.FillStringTensor(output, texts.data(), texts.size()), "write labels");
  }
  void* data = nullptr;
  TRY(runtime_.Check(api.GetTensorMutableData(output, &data), "write labels"));
  std::ranges::transform(labels, static_cast<int64_t*>(data),
                         [this](int64_t label) { return trees_.label_number(label); });
  return {};
}

}  // namespace penstock::trees
