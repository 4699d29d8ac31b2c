#include "model/embedded/trees/onnx_tree_predictor.h"

#include <onnxruntime_c_api.h>

#include <algorithm>
#include <span>
#include <utility>

#include "base/utf8.h"
#include "event/collection.h"
#include "model/embedded/row_writer.h"
#include "model/embedded/trees/onnx_casts.h"
#include "model/embedded/trees/tree_predictor.h"

namespace penstock::trees {
namespace {

using Source = OnnxWays::Source;

Value TextValue(const std::string& text) { return IsValidUtf8(text) ? Value::String(text) : Value::Bytes(text); }

// One output: what does not depend on the row is made once.
class AnswerWriter {
 public:
  // Both outlive it.
  AnswerWriter(const OnnxTrees& trees, const OnnxWays::Output& way) : source_(way.source) {
    if (source_ == Source::kLabel) {
      for (int64_t label = 0; label < int64_t{trees.ensemble.targets}; ++label)
        names_.push_back(trees.text_labels.empty() ? CastLabel(trees.label_number(label), way.label_types)
                                                   : TextValue(trees.text_labels[static_cast<size_t>(label)]));
    }
    if (source_ == Source::kMaps) SortKeys(way);
  }

  Value Write(int64_t label, std::span<const float> scores, Arena& arena) const {
    if (source_ == Source::kLabel) return names_[static_cast<size_t>(label)];
    if (source_ == Source::kMaps) return WriteMap(scores, arena);
    return NumberList(scores, arena);
  }

 private:
  // Maps of the runtime are sorted.
  void SortKeys(const OnnxWays::Output& way) {
    for (uint32_t i = 0; i < way.text_keys.size() + way.number_keys.size(); ++i) columns_.push_back(i);
    if (way.text_keys.empty()) {
      std::ranges::sort(columns_, {}, [&way](uint32_t column) { return way.number_keys[column]; });
      for (const uint32_t column : columns_) names_.push_back(Value::Int(way.number_keys[column]));
    } else {
      std::ranges::sort(columns_, [&way](uint32_t a, uint32_t b) { return way.text_keys[a] < way.text_keys[b]; });
      for (const uint32_t column : columns_) names_.push_back(Value::String(way.text_keys[column]));
    }
  }

  Value WriteMap(std::span<const float> scores, Arena& arena) const {
    MapBuilder map(arena, static_cast<uint32_t>(names_.size()));
    for (size_t i = 0; i < names_.size(); ++i)
      map.Add(names_[i], Value::Double(static_cast<double>(scores[columns_[i]])));
    return map.Finish();
  }

  const Source source_;
  std::vector<Value> names_;  // labels by their indexes, or keys in the order of maps
  std::vector<uint32_t> columns_;
};

class OnnxAnswers final : public RowAnswers {
 public:
  OnnxAnswers(const OnnxTreeRun& run, const std::vector<uint32_t>& outputs)
      : trees_(run.trees), scores_(run.trees.ensemble.targets) {
    for (const uint32_t output : outputs) writers_.emplace_back(run.trees, run.ways.outputs[output]);
  }

  void Write(std::span<double> margin, std::span<Value> values, Arena& arena) override {
    const int64_t label = trees_.Score(margin, scores_);
    for (size_t i = 0; i < writers_.size(); ++i) values[i] = writers_[i].Write(label, scores_, arena);
  }

 private:
  const OnnxTrees& trees_;
  std::vector<AnswerWriter> writers_;
  std::vector<float> scores_;
};

}  // namespace

std::unique_ptr<Predictor> NewOnnxTreePredictor(const OnnxTreeRun& run, const std::vector<uint32_t>& outputs) {
  const Ensemble& ensemble = run.trees.ensemble;
  const std::vector<int>& types = run.ways.input_types;
  const TreeRun tree_run{.info = run.info,
                         .kernel = run.kernel,
                         .features = ensemble.features,
                         .targets = ensemble.targets,
                         .features_are_float = ensemble.features_are_float,
                         .written = embedded::FormatOf(static_cast<ONNXTensorElementDataType>(types.front())),
                         .cast = CastOf(types, !ensemble.features_are_float),
                         .clock = run.clock};
  return NewTreePredictor(tree_run, std::make_unique<OnnxAnswers>(run, outputs), outputs.size());
}

}  // namespace penstock::trees
