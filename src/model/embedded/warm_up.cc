#include "model/embedded/warm_up.h"

#include <optional>
#include <vector>

namespace penstock::embedded {
namespace {

constexpr size_t kBatchRows = 32;
constexpr int64_t kElementsMax = 1 << 20;  // a row that takes more is not made up

// Keeps the first error only.
class ErrorSink final : public AnswerSink {
 public:
  Arena& arena() override { return arena_; }
  void Answer(RequestId, std::span<const Value>, const CallReport&) override {}
  void Fail(RequestId, const Failure& failure, const CallReport&) override {
    if (!error_) error_ = failure.error;
  }
  const std::optional<Error>& error() const { return error_; }

 private:
  Arena arena_;
  std::optional<Error> error_;
};

// Ones, because an integer division by zero would end the process.
Value One(const Port& port) {
  if (port.type == "string") return Value::String("");
  return port.type == "bool" ? Value::Bool(true) : Value::Int(1);
}

// Lists share their elements, so that a row of any shape takes the memory of its dimensions.
Value MakeRow(const Port& port, Arena& arena) {
  Value row = One(port);
  for (auto size = port.shape.rbegin(); size != port.shape.rend(); ++size) {
    const std::span<Value> items = arena.AllocateArray<Value>(static_cast<size_t>(*size < 0 ? 1 : *size));
    for (Value& item : items) item = row;
    row = Value::List(items.data(), static_cast<uint32_t>(items.size()));
  }
  return row;
}

bool IsSmall(const ModelInfo& info) {
  int64_t elements = 0;
  for (const Port& port : info.inputs) {
    int64_t row = 1;
    for (const int64_t size : port.shape)
      if (size > 0 && __builtin_mul_overflow(row, size, &row)) return false;
    if (__builtin_add_overflow(elements, row, &elements)) return false;
  }
  return elements <= kElementsMax;
}

std::optional<Error> Ask(Predictor& predictor, std::span<const Value> row, size_t rows) {
  ErrorSink sink;
  const std::vector<Request> batch(rows, Request{0, row});
  predictor.Predict(batch, sink);
  return sink.error();
}

}  // namespace

Result<void> WarmUp(const ModelInfo& info, Predictor& predictor, int runs) {
  if (!IsSmall(info)) return {};
  Arena arena;
  std::vector<Value> row;
  for (const Port& port : info.inputs) row.push_back(MakeRow(port, arena));
  for (int run = 0; run < runs; ++run) {
    if (Ask(predictor, row, 1)) return {};
    const std::optional<Error> error = Ask(predictor, row, kBatchRows);
    if (error) return tl::unexpected<Error>(*error);
  }
  return {};
}

}  // namespace penstock::embedded
