#include "model/embedded/trees/onnx_graph.h"

#include <onnx.pb.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "model/embedded/trees/ensemble_check.h"
#include "model/embedded/trees/onnx_attributes.h"
#include "model/embedded/trees/onnx_types.h"

namespace penstock::trees {
namespace {

// Of a tensor of rows.
struct RowType {
  int element = 0;
  int64_t width = 0;
};

// What gives rows as wide as those that it gets: of the same type, or of floats whatever they were.
constexpr std::array<std::string_view, 1> kSameType = {"Identity"};
constexpr std::array<std::string_view, 3> kToFloat = {"Scaler", "Normalizer", "Imputer"};
constexpr size_t kChainMax = 64;

std::optional<RowType> TypeOf(const onnx::ValueInfo& value) {
  const onnx::TensorType& type = value.type().tensor_type();
  if (type.shape().dim_size() != 2) return std::nullopt;
  return RowType{type.elem_type(), type.shape().dim(1).dim_value()};
}

class TypeFinder {
 public:
  explicit TypeFinder(const onnx::Graph& graph) : graph_(graph) {}

  std::optional<RowType> Find(const std::string& name, size_t steps = 0) const {
    if (steps > kChainMax) return std::nullopt;
    for (const onnx::ValueInfo& input : graph_.input())
      if (input.name() == name) return TypeOf(input);
    for (const onnx::Node& node : graph_.node())
      if (std::ranges::find(node.output(), name) != node.output().end()) return After(node, steps);
    return std::nullopt;
  }

 private:
  std::optional<RowType> After(const onnx::Node& node, size_t steps) const {
    if (node.input_size() == 0) return std::nullopt;
    std::optional<RowType> type = Find(node.input(0), steps + 1);
    if (!type) return std::nullopt;
    if (node.op_type() == "Cast") {
      type->element = static_cast<int>(OnnxAttributes(node).Int("to", 0));
    } else if (std::ranges::find(kToFloat, node.op_type()) != kToFloat.end()) {
      type->element = onnx_type::kFloat;
    } else if (std::ranges::find(kSameType, node.op_type()) == kSameType.end()) {
      return std::nullopt;
    }
    return type;
  }

  const onnx::Graph& graph_;
};

// Null where there is none.
Result<onnx::Node*> OnlyEnsemble(onnx::Graph& graph) {
  onnx::Node* found = nullptr;
  for (onnx::Node& node : *graph.mutable_node()) {
    if (!IsTreeEnsemble(node)) continue;
    if (found != nullptr) return Invalid("it has more than one tree ensemble");
    found = &node;
  }
  return found;
}

std::string OthersThan(const onnx::Graph& graph, const onnx::Node& ensemble) {
  std::set<std::string> operators;
  for (const onnx::Node& node : graph.node())
    if (&node != &ensemble) operators.insert(node.op_type());
  std::string text;
  for (const std::string& name : operators) text += (text.empty() ? "" : ", ") + name;
  return text;
}

bool HasAllOutputs(const onnx::Node& node, bool classifier) {
  return node.output_size() == (classifier ? 2 : 1) &&
         std::ranges::none_of(node.output(), [](const std::string& name) { return name.empty(); });
}

}  // namespace

Result<std::optional<OnnxGraph>> ReplaceTrees(std::string_view file) {
  onnx::Model model;
  if (file.size() > INT32_MAX || !model.ParseFromArray(file.data(), static_cast<int>(file.size()))) return std::nullopt;
  TRY_ASSIGN(onnx::Node* const node, OnlyEnsemble(*model.mutable_graph()));
  if (node == nullptr) return std::nullopt;
  if (node->input_size() != 1) return Invalid("its tree ensemble has not one input");
  const std::optional<RowType> type = TypeFinder(model.graph()).Find(node->input(0));
  if (!type || type->width < 1 || type->width > int64_t{kFeaturesMax})
    return Invalid("how wide the input of its tree ensemble is, is not known before it runs");
  if (type->element != onnx_type::kFloat && type->element != onnx_type::kDouble)
    return Invalid("the input of its tree ensemble is neither of floats nor of doubles");
  OnnxGraph graph;
  graph.doubles = type->element == onnx_type::kDouble;
  TRY_ASSIGN(graph.trees, ReadOnnxTrees(*node, static_cast<uint32_t>(type->width), graph.doubles));
  if (!HasAllOutputs(*node, graph.trees.scores.has_value())) return Invalid("its tree ensemble lacks an output");
  // The only operator whose scores can be doubles.
  if (graph.doubles && node->op_type() == kOnnxOperator) return Invalid("its scores are doubles");
  graph.rest = OthersThan(model.graph(), *node);
  graph.ways = FindWays(model.graph(), *node, graph.trees);
  node->set_domain(kOnnxDomain);
  node->set_op_type(kOnnxOperator);
  node->clear_attribute();
  onnx::OperatorSet& operators = *model.add_opset_import();
  operators.set_domain(kOnnxDomain);
  operators.set_version(1);
  if (!model.SerializeToString(&graph.model)) return Invalid("it is too large to be written anew");
  return graph;
}

}  // namespace penstock::trees
