// Models, and how a worker asks them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "base/clock.h"
#include "base/counter.h"
#include "base/event_loop.h"
#include "base/histogram.h"
#include "base/result.h"
#include "event/value.h"

namespace penstock {

struct CallMetrics;

using RequestId = uint64_t;

// One row for a model: a value for each of its inputs, in the order of ModelInfo.
struct Request {
  RequestId id = 0;
  std::span<const Value> inputs;
};

// How an answer, or none, came about: of models that answer later. What it borrows lives as long as the call that
// brings it.
struct CallReport {
  uint32_t attempts = 0;
  uint64_t input_tokens = 0;
  uint64_t output_tokens = 0;
  Duration latency{};          // from the first permitted attempt on
  std::string_view version{};  // as the provider names it; empty: the model's
  std::string_view answer{};   // as it came, where it is no answer to the request
};

enum class FailureKind : uint8_t {
  kModel,      // it failed, however often it was asked
  kAnswer,     // what it said does not parse, or is not what was asked for
  kRefusal,    // it refused to answer
  kTruncated,  // its answer was cut for length
  kFiltered,   // a content filter kept the answer back
  kDeadline,   // the time for the call was over
  kOutage,     // no endpoint is up
};

// There is no answer. The message says which model and why; it holds nothing of the row but sizes and names.
struct Failure {
  FailureKind kind = FailureKind::kModel;
  Error error;
};

// Takes answers. Each request is answered exactly once, but for those that are cancelled.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;

  // Where answers are to be built: what is in it lives until whoever takes answers has looked at them.
  virtual Arena& arena() = 0;
  // `outputs`: a value for each output that the predictor was made for, in that order. The span itself lives as long as
  // the call; what the values borrow lives in arena(), or as long as the model.
  virtual void Answer(RequestId id, std::span<const Value> outputs, const CallReport& report) = 0;
  virtual void Fail(RequestId id, const Failure& failure, const CallReport& report) = 0;
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

  // Answers come before it returns, and the batch lives so long; or, of a model that answers later, from Turn(), and
  // what the batch borrows need not live longer than the call. `answers` outlives the predictor.
  virtual void Predict(std::span<const Request> batch, AnswerSink& answers) = 0;

  // No answer to the request will come any more.
  virtual void Cancel(RequestId /*id*/) {}

  // Of a model that answers later: does what is due, and returns how long nothing is due by itself.
  virtual Duration Turn() { return Duration::max(); }
  // Of a model that answers later: whether it was asked already, at least once.
  virtual bool HasBegun(RequestId /*id*/) const { return true; }
  // Of a model that answers later: what it keeps of a request until it is answered or cancelled.
  virtual size_t HeldBytes(RequestId /*id*/) const { return 0; }
  // While held, nothing new is asked of a model that answers later.
  virtual void Hold(bool /*hold*/) {}
  // The worker's part of all partitions of the pipeline, between 0 and 1: its part of the model's limits.
  virtual void SetShare(double /*share*/) {}
  // Whether this process asks more of the model at this time than its part of the limits allows, since that has become
  // smaller.
  virtual bool IsAboveShare() const { return false; }

  virtual const PredictorMetrics& metrics() const = 0;
  // Of a model that answers later: its calls (call/caller.h).
  virtual const CallMetrics* call_metrics() const { return nullptr; }
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
  std::string runs{};  // which part of it runs where, in words that follow its name; empty: nothing is to be said
};

struct PredictorOptions {
  std::vector<uint32_t> outputs;  // indexes into ModelInfo::outputs: those that somebody looks at
  // For models that answer later.
  EventLoop* loop = nullptr;  // the worker's; it outlives the predictor
  uint64_t seed = 0;          // of what is left to chance, such as how long retries wait
};

// One version of one model, loaded and warm. Used by many threads at once.
class Model {
 public:
  virtual ~Model() = default;

  virtual const ModelInfo& info() const = 0;

  // Whether answers come later, and not before Predict returns.
  virtual bool answers_later() const { return false; }

  virtual Result<std::unique_ptr<Predictor>> NewPredictor(PredictorOptions options) = 0;

  // What it holds outside our own memory, such as its runtime's allocators; nothing where that is not known.
  virtual std::optional<int64_t> NativeBytes() const = 0;

  // How long the longest of the runs that have not come back yet has taken; nothing where none is under way.
  virtual std::optional<Duration> LongestRun() const = 0;
};

}  // namespace penstock
