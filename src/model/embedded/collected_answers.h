// For tests: what a model answered, as text.
#pragma once

#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "event/json_writer.h"
#include "event/parsed_json.h"
#include "model/model.h"

namespace penstock::embedded {

// A JSON list of the outputs, or "failed: " and the message. Throws where a request is answered twice.
class CollectedAnswers final : public AnswerSink {
 public:
  Arena& arena() override { return arena_; }

  void Answer(RequestId id, std::span<const Value> outputs, const CallReport& /*report*/) override {
    Add(id, ToJson(Value::List(outputs.data(), static_cast<uint32_t>(outputs.size()))));
  }
  void Fail(RequestId id, const Failure& failure, const CallReport& /*report*/) override {
    Add(id, "failed: " + failure.error.message);
  }

  const std::string& of(RequestId id) const { return answers_.at(id); }
  size_t size() const { return answers_.size(); }

 private:
  void Add(RequestId id, std::string answer) {
    if (!answers_.emplace(id, std::move(answer)).second) throw std::runtime_error("a request is answered twice");
  }

  Arena arena_;
  std::map<RequestId, std::string> answers_;
};

// Rows in the form [[input, ...], ...], which get the ids 0, 1 ...
class JsonBatch {
 public:
  explicit JsonBatch(std::string_view rows) : json_(rows) {
    ListCursor cursor(json_.root());
    for (Value row; cursor.Next(row);) {
      std::vector<Value>& inputs = rows_.emplace_back();
      ListCursor values(row);
      for (Value value; values.Next(value);) inputs.push_back(value);
    }
    for (const std::vector<Value>& row : rows_) requests_.push_back({requests_.size(), row});
  }

  const std::vector<Request>& requests() const { return requests_; }

 private:
  ParsedJson json_;
  std::vector<std::vector<Value>> rows_;
  std::vector<Request> requests_;
};

// The path of a model of tests/golden/models.
inline std::string GoldenModel(std::string_view file) {
  return std::string(PENSTOCK_SOURCE_DIR) + "/tests/golden/models/" + std::string(file);
}

}  // namespace penstock::embedded
