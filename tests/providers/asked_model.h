// For tests: a remote model with one predictor, and what it answered.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/event_loop.h"
#include "event/json_writer.h"
#include "event/parsed_json.h"
#include "model/model.h"
#include "model/remote/remote_model.h"

namespace penstock::remote {

struct Told {
  std::string outputs;                 // a JSON list; empty where it failed
  std::optional<FailureKind> failure;  // with its message
  std::string message;
  std::string version;
  std::string answer;
  CallReport report;  // without its views
};

// Throws where the spec is wrong.
class AskedModel final : private AnswerSink {
 public:
  explicit AskedModel(RemoteSpec spec, std::vector<uint32_t> outputs = {0})
      : model_(*MakeRemoteModel(std::move(spec), RealClock())), loop_(*EventLoop::Make()) {
    PredictorOptions options;
    options.outputs = std::move(outputs);
    options.loop = loop_.get();
    predictor_ = *model_->NewPredictor(std::move(options));
    predictor_->SetShare(1);
  }

  // `inputs`: a JSON list. What it holds is gone when Begin returns.
  void Begin(RequestId id, std::string_view inputs) {
    const ParsedJson json(inputs);
    std::vector<Value> values;
    ListCursor cursor(json.root());
    for (Value value; cursor.Next(value);) values.push_back(value);
    const Request request{id, values};
    predictor_->Predict({&request, 1}, *this);
  }

  void Await(size_t count) {
    if (!AwaitThat([&] { return told_.size() >= count; })) throw std::runtime_error("requests are not answered");
  }
  // Until `holds` does, or half a minute is over.
  template <typename Condition>
  bool AwaitThat(Condition holds) {
    const Duration deadline = RealClock().Monotonic() + std::chrono::seconds(30);
    while (!holds() && RealClock().Monotonic() < deadline) {
      const Duration wait = predictor_->Turn();
      if (!holds()) loop_->Wait(std::min<Duration>(wait, std::chrono::milliseconds(5)));
    }
    return holds();
  }

  Told Ask(std::string_view inputs) {
    const RequestId id = next_++;
    Begin(id, inputs);
    Await(told_.size() + 1);
    return told_.at(id);
  }

  Model& model() { return *model_; }
  Predictor& predictor() { return *predictor_; }
  const std::map<RequestId, Told>& told() const { return told_; }

 private:
  Arena& arena() override { return arena_; }
  void Answer(RequestId id, std::span<const Value> outputs, const CallReport& report) override {
    Add(id, {ToJson(Value::List(outputs.data(), static_cast<uint32_t>(outputs.size()))), {}, "", "", "", report});
  }
  void Fail(RequestId id, const Failure& failure, const CallReport& report) override {
    Add(id, {"", failure.kind, failure.error.message, "", "", report});
  }
  void Add(RequestId id, Told told) {
    told.version = std::exchange(told.report.version, {});
    told.answer = std::exchange(told.report.answer, {});
    if (!told_.emplace(id, std::move(told)).second) throw std::runtime_error("a request is answered twice");
  }

  const std::unique_ptr<Model> model_;
  const std::unique_ptr<EventLoop> loop_;
  Arena arena_;
  std::map<RequestId, Told> told_;
  RequestId next_ = 1'000'000;
  std::unique_ptr<Predictor> predictor_;
};

}  // namespace penstock::remote
