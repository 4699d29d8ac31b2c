// For tests: a model that answers later, when it is told to.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "event/json_parser.h"
#include "event/json_writer.h"
#include "model/embedded/constant_model.h"
#include "pipeline/pipeline_fixture.h"

namespace penstock {

// What was asked of a model, and what it is to say. Shared by all predictors of the model; the test owns it.
struct LaterScript {
  struct Asked {
    RequestId id;
    std::string input;  // JSON
  };
  struct Said {
    RequestId id;
    std::string json;  // the answer; empty: the failure
    Failure failure;
    CallReport report;
  };

  std::vector<Asked> asked;  // and neither answered nor cancelled
  std::deque<Said> said;     // comes with the next Turn
  size_t asked_ever = 0;
  std::vector<RequestId> cancelled;
  std::map<RequestId, bool> queued;  // those that have not begun
  bool held = false;
  double share = -1;
  bool above_share = false;
  size_t request_bytes = 0;  // that each request takes until it is answered

  // Answers the first of those that are asked with this input.
  void Answer(const std::string& input, std::string json, CallReport report = {.attempts = 1}) {
    said.push_back({Take(input), std::move(json), {}, report});
  }
  void Fail(const std::string& input, FailureKind kind, const std::string& message, CallReport report = {}) {
    said.push_back({Take(input), "", {kind, {ErrorKind::kUnavailable, message}}, report});
  }
  bool IsAsked(const std::string& input) const {
    return std::any_of(asked.begin(), asked.end(), [&](const Asked& one) { return one.input == input; });
  }

 private:
  RequestId Take(const std::string& input) {
    const auto found = std::find_if(asked.begin(), asked.end(), [&](const Asked& one) { return one.input == input; });
    if (found == asked.end()) {
      ADD_FAILURE() << "nobody asked for " << input;
      return 0;
    }
    const RequestId id = found->id;
    asked.erase(found);
    return id;
  }
};

class LaterPredictor final : public Predictor {
 public:
  explicit LaterPredictor(LaterScript& script) : script_(script) {}

  void Predict(std::span<const Request> batch, AnswerSink& answers) override {
    answers_ = &answers;
    for (const Request& request : batch) {
      script_.asked.push_back({request.id, ToJson(request.inputs[0])});
      ++script_.asked_ever;
    }
  }
  void Cancel(RequestId id) override {
    script_.cancelled.push_back(id);
    std::erase_if(script_.asked, [id](const LaterScript::Asked& one) { return one.id == id; });
    std::erase_if(script_.said, [id](const LaterScript::Said& one) { return one.id == id; });
  }
  Duration Turn() override {
    while (!script_.said.empty()) {
      const LaterScript::Said said = std::move(script_.said.front());
      script_.said.pop_front();
      Say(said);
    }
    return Duration::max();
  }
  bool HasBegun(RequestId id) const override { return !script_.queued.contains(id); }
  size_t HeldBytes(RequestId /*id*/) const override { return script_.request_bytes; }
  void Hold(bool hold) override { script_.held = hold; }
  void SetShare(double share) override { script_.share = share; }
  bool IsAboveShare() const override { return script_.above_share; }
  const PredictorMetrics& metrics() const override { return metrics_; }

 private:
  void Say(const LaterScript::Said& said) {
    if (said.json.empty()) {
      metrics_.failed_rows.Add();
      return answers_->Fail(said.id, said.failure, said.report);
    }
    metrics_.rows.Add();
    const Value answer = (*parser_.Parse(answers_->arena().Copy(said.json), answers_->arena()))->root();
    answers_->Answer(said.id, {&answer, 1}, said.report);
  }

  LaterScript& script_;
  AnswerSink* answers_ = nullptr;
  JsonParser parser_;
  PredictorMetrics metrics_;
};

// In the place of a model with `http`: it takes `body`, and gives `response`.
class LaterModel final : public Model {
 public:
  LaterModel(const ModelFile& file, LaterScript& script) : script_(script) {
    info_.name = file.name;
    info_.version = "later-1";
    info_.inputs = {{"body", "any", {}}};
    info_.outputs = {{"response", "any", {}}};
  }

  const ModelInfo& info() const override { return info_; }
  bool answers_later() const override { return true; }
  Result<std::unique_ptr<Predictor>> NewPredictor(PredictorOptions /*options*/) override {
    return std::make_unique<LaterPredictor>(script_);
  }
  std::optional<int64_t> NativeBytes() const override { return std::nullopt; }
  std::optional<Duration> LongestRun() const override { return std::nullopt; }

 private:
  LaterScript& script_;
  ModelInfo info_;
};

// Models by name; those that run elsewhere have a script each, which outlives them.
inline ModelLoader LoadLater(std::map<std::string, LaterScript>& scripts) {
  return [&scripts](const ModelFile& file) -> Result<std::unique_ptr<Model>> {
    if (file.remote) return std::make_unique<LaterModel>(file, scripts[file.name]);
    if (file.constant) return embedded::MakeConstant(file.name, file.version, *file.constant);
    return LoadEcho(file);
  };
}

}  // namespace penstock
