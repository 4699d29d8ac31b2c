#include "model/embedded/trees/onnx_ways.h"

#include <onnx.pb.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <utility>

#include "base/utf8.h"
#include "model/embedded/trees/onnx_attributes.h"
#include "model/embedded/trees/onnx_reader.h"
#include "model/embedded/trees/onnx_types.h"

namespace penstock::trees {
namespace {

// Nodes on one way; longer ones go in a circle, or are made to take time.
constexpr size_t kWayMax = 64;

bool IsMath(const onnx::Node& node, std::string_view type) {
  return node.op_type() == type && (node.domain().empty() || node.domain() == "ai.onnx");
}

bool IsIn(int type, std::initializer_list<int> types) { return std::ranges::find(types, type) != types.end(); }

// From floats to whole numbers, each processor does with what does not fit as it likes.
bool AreLabelTypes(const std::vector<int>& types) {
  bool is_whole = true;
  for (const int type : types) {
    if (!IsIn(type, {onnx_type::kFloat, onnx_type::kDouble}) &&
        !(is_whole && IsIn(type, {onnx_type::kInt64, onnx_type::kInt32})))
      return false;
    is_whole = is_whole && IsIn(type, {onnx_type::kInt64, onnx_type::kInt32});
  }
  return true;
}

bool AreInputTypes(const std::vector<int>& types) {
  const bool all_real = std::ranges::all_of(types.begin() + 1, types.end(), [](int type) {
    return IsIn(type, {onnx_type::kFloat, onnx_type::kDouble});
  });
  const bool is_real_at_last = IsIn(types.back(), {onnx_type::kFloat, onnx_type::kDouble});
  return all_real && is_real_at_last &&
         IsIn(types.front(), {onnx_type::kFloat, onnx_type::kDouble, onnx_type::kInt64, onnx_type::kInt32,
                              onnx_type::kInt16, onnx_type::kInt8, onnx_type::kUint64, onnx_type::kUint32,
                              onnx_type::kUint16, onnx_type::kUint8, onnx_type::kBool});
}

class WayFinder {
 public:
  WayFinder(const onnx::Graph& graph, const onnx::Node& ensemble, const OnnxTrees& trees)
      : graph_(graph), ensemble_(ensemble), trees_(trees), classes_(trees.ensemble.targets) {}

  std::optional<OnnxWays> Run() const {
    OnnxWays ways;
    if (graph_.input_size() != 1) return std::nullopt;
    std::string name = ensemble_.input(0);
    if (!Follow(name, ways.input_types) || name != graph_.input(0).name()) return std::nullopt;
    ways.input_types.insert(ways.input_types.begin(), graph_.input(0).type().tensor_type().elem_type());
    if (!AreInputTypes(ways.input_types)) return std::nullopt;
    for (const onnx::ValueInfo& output : graph_.output()) {
      std::optional<OnnxWays::Output> way = WayTo(output.name());
      if (!way) return std::nullopt;
      ways.outputs.push_back(*std::move(way));
    }
    return ways;
  }

 private:
  std::optional<OnnxWays::Output> WayTo(std::string name) const {
    OnnxWays::Output way;
    if (const onnx::Node* const map = NodeBefore(name); map != nullptr && map->op_type() == "ZipMap") {
      if (!ReadKeys(*map, way)) return std::nullopt;
      way.source = OnnxWays::Source::kMaps;
      name = map->input(0);
    }
    if (!Follow(name, way.label_types)) return std::nullopt;
    const auto& outputs = ensemble_.output();
    const bool is_classifier = outputs.size() == 2;
    if (is_classifier && name == outputs[0]) {
      if (way.source != OnnxWays::Source::kScores || !AreLabelTypes(way.label_types)) return std::nullopt;
      // A text is cast as ONNX Runtime reads numbers.
      if (!trees_.text_labels.empty() && !way.label_types.empty()) return std::nullopt;
      way.source = OnnxWays::Source::kLabel;
      return way;
    }
    // Scores are floats, which doubles hold as they are.
    const bool keeps_scores = std::ranges::all_of(way.label_types, [](int type) {
      return IsIn(type, {onnx_type::kFloat, onnx_type::kDouble});
    });
    if (name != outputs[is_classifier ? 1 : 0] || !keeps_scores) return std::nullopt;
    way.label_types.clear();
    return way;
  }

  // Against the current, as far as values stay what they are but for casts. `types`: the casts that are passed.
  bool Follow(std::string& name, std::vector<int>& types) const {
    for (size_t step = 0; step < kWayMax; ++step) {
      const onnx::Node* const node = NodeBefore(name);
      if (node == nullptr || node == &ensemble_) return true;
      if (IsMath(*node, "Cast") && node->input_size() == 1) {
        types.insert(types.begin(), static_cast<int>(OnnxAttributes(*node).Int("to", 0)));
      } else if (!(IsMath(*node, "Identity") && node->input_size() == 1) && !IsTimesOne(*node)) {
        return false;
      }
      name = node->input(0);
    }
    return false;
  }

  const onnx::Node* NodeBefore(const std::string& name) const {
    for (const onnx::Node& node : graph_.node())
      if (std::ranges::find(node.output(), name) != node.output().end()) return &node;
    return nullptr;
  }

  // What a converter writes in the place of ZipMap, where that is not wanted.
  bool IsTimesOne(const onnx::Node& node) const {
    if (!IsMath(node, "Mul") || node.input_size() != 2) return false;
    for (const onnx::Tensor& tensor : graph_.initializer()) {
      if (tensor.name() != node.input(1)) continue;
      const bool is_one = tensor.dims().empty() || (tensor.dims_size() == 1 && tensor.dims(0) == 1);
      const Result<std::vector<double>> numbers = NumbersOf(tensor);
      return is_one && numbers && numbers->size() == 1 && numbers->front() == 1;
    }
    return false;
  }

  bool ReadKeys(const onnx::Node& map, OnnxWays::Output& way) const {
    if (map.domain() != "ai.onnx.ml" || map.input_size() != 1) return false;
    const OnnxAttributes attributes(map);
    for (const std::string_view key : attributes.Texts("classlabels_strings")) {
      if (!IsValidUtf8(key)) return false;
      way.text_keys.emplace_back(key);
    }
    const std::span<const int64_t> numbers = attributes.Ints("classlabels_int64s");
    way.number_keys.assign(numbers.begin(), numbers.end());
    if (way.text_keys.empty() == numbers.empty()) return false;
    return AreOneAClass(way.text_keys) || AreOneAClass(way.number_keys);
  }

  template <typename Key>
  bool AreOneAClass(const std::vector<Key>& keys) const {
    return keys.size() == classes_ && std::set<Key>(keys.begin(), keys.end()).size() == classes_;
  }

  const onnx::Graph& graph_;
  const onnx::Node& ensemble_;
  const OnnxTrees& trees_;
  const size_t classes_;
};

}  // namespace

std::optional<OnnxWays> FindWays(const onnx::Graph& graph, const onnx::Node& ensemble, const OnnxTrees& trees) {
  return WayFinder(graph, ensemble, trees).Run();
}

}  // namespace penstock::trees
