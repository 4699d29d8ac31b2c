// One worker's way to a tree ensemble.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/arena.h"
#include "base/clock.h"
#include "event/value.h"
#include "model/embedded/row_writer.h"
#include "model/embedded/trees/kernel.h"
#include "model/embedded/trees/onnx_casts.h"
#include "model/model.h"

namespace penstock::trees {

// What a predictor needs of its model, and which lives as long as that.
struct TreeRun {
  const ModelInfo& info;  // has one input: a row of `features`
  const Kernel& kernel;
  uint32_t features;
  uint32_t targets;
  bool features_are_float;  // of the kernel
  // How a row is written, and what makes of its numbers those of the kernel; null: they are.
  embedded::ElementFormat written;
  NumberCast cast;
  const Clock& clock;
};

// From what the trees add up to, to the values of a predictor's outputs. Used by one thread.
class RowAnswers {
 public:
  virtual ~RowAnswers() = default;
  // Of one row, whose margin it may overwrite. Values borrow from the arena, or from the model.
  virtual void Write(std::span<double> margin, std::span<Value> values, Arena& arena) = 0;
};

// `outputs`: how many values `row_answers` writes. Answers before Predict() returns.
std::unique_ptr<Predictor> NewTreePredictor(const TreeRun& run, std::unique_ptr<RowAnswers> row_answers,
                                            size_t outputs);

// Number: float or double.
template <typename Number>
Value NumberList(std::span<const Number> numbers, Arena& arena) {
  const std::span<Value> items = arena.AllocateArray<Value>(numbers.size());
  for (size_t i = 0; i < items.size(); ++i) items[i] = Value::Double(static_cast<double>(numbers[i]));
  return Value::List(items.data(), static_cast<uint32_t>(items.size()));
}

}  // namespace penstock::trees
