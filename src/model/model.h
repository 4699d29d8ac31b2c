// Models, and how a worker asks them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/arena.h"
#include "base/clock.h"
#include "base/counter.h"
#include "base/histogram.h"
#include "base/result.h"
#include "event/value.h"

namespace penstock {

using RequestId = uint64_t;

// One row for a model: a value for each of its inputs, in the order of ModelInfo.
struct Request {
  RequestId id = 0;
  std::span<const Value> inputs;
};

// Takes answers. Each request is answered exactly once.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;

  // Where answers are to be built: what is in it outlives the answer.
  virtual Arena& arena() = 0;
  // `outputs`: a value for each output that the predictor was made for, in that order. The span itself lives as long as
  // the call; what the values borrow lives in arena(), or as long as the model.
  virtual void Answer(RequestId id, std::span<const Value> outputs) = 0;
  // There is no answer. The message says which model and why; it holds nothing of the row but sizes and names.
  virtual void Fail(RequestId id, const Error& error) = 0;
};

// What a worker did with a model. One thread writes, any reads.
struct PredictorMetrics {
  Counter rows;  // answered
  Counter failed_rows;
  Counter runs;
  Histogram run_ns;
};

// One worker's way to a model. Used by that worker's thread; ends before the model.
class Predictor {
 public:
  virtual ~Predictor() = default;

  // Answers come before it returns (inline), or later, on the worker's event loop. The batch and what it borrows live
  // until the last of them.
  virtual void Predict(std::span<const Request> batch, AnswerSink& answers) = 0;

  // No answer to the request will come any more.
  virtual void Cancel(RequestId id) = 0;

  virtual const PredictorMetrics& metrics() const = 0;
};

// One input or output of a model, of which each row gives or gets one value.
struct Port {
  std::string name;
  std::string type;            // float32, float64, int64, bool, string ...; or what else it is, in words
  std::vector<int64_t> shape;  // of one row, without the batch's dimension; -1: any
};

struct ModelInfo {
  std::string name;
  std::string version;
  std::vector<Port> inputs;
  std::vector<Port> outputs;
};

// One version of one model, loaded and warm. Used by many threads at once.
class Model {
 public:
  virtual ~Model() = default;

  virtual const ModelInfo& info() const = 0;

  // `outputs` are indexes into info().outputs: those that somebody looks at.
  virtual Result<std::unique_ptr<Predictor>> NewPredictor(std::vector<uint32_t> outputs) = 0;

  // What it holds outside our own memory, such as its runtime's allocators; nothing where that is not known.
  virtual std::optional<int64_t> NativeBytes() const = 0;

  // How long the longest of the runs that have not come back yet has taken; nothing where none is under way.
  virtual std::optional<Duration> LongestRun() const = 0;
};

}  // namespace penstock
