#include "model/embedded/parity.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <memory>
#include <optional>
#include <vector>

#include "event/collection.h"
#include "event/json_parser.h"
#include "event/json_writer.h"

namespace penstock::embedded {
namespace {

constexpr size_t kLinesMax = 10'000;

double AsDouble(const Value& number) {
  if (number.Is(ValueKind::kDouble)) return number.as_double();
  return number.Is(ValueKind::kInt) ? static_cast<double>(number.as_int()) : static_cast<double>(number.as_uint());
}

// A value of a kind as wide as the expected one; `expected` comes from JSON, `got` from the model.
class Comparison {
 public:
  explicit Comparison(double tolerance) : tolerance_(tolerance) {}

  bool Same(const Value& expected, const Value& got) const {
    if (got.is_number()) return SameNumber(expected, got);
    if (got.kind() != expected.kind()) return false;
    switch (got.kind()) {
      case ValueKind::kBool: return got.as_bool() == expected.as_bool();
      case ValueKind::kString: return got.text() == expected.text();
      case ValueKind::kList: return SameList(expected, got);
      case ValueKind::kMap: return SameMap(expected, got);
      default: return false;
    }
  }

 private:
  bool SameNumber(const Value& expected, const Value& got) const {
    if (expected.Is(ValueKind::kInt) && got.Is(ValueKind::kInt) && expected.as_int() == got.as_int()) return true;
    const double number = AsDouble(got);
    if (expected.Is(ValueKind::kString)) return !std::isfinite(number) && expected.text() == NameOf(number);
    if (!expected.is_number()) return false;
    const double wanted = AsDouble(expected);
    return std::abs(number - wanted) <= tolerance_ + tolerance_ * std::abs(wanted);
  }

  static std::string_view NameOf(double number) {
    return std::isnan(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
  }

  bool SameList(const Value& expected, const Value& got) const {
    if (ListSize(expected) != ListSize(got)) return false;
    ListCursor expected_cursor(expected);
    ListCursor got_cursor(got);
    Value wanted;
    Value element;
    while (expected_cursor.Next(wanted) && got_cursor.Next(element))
      if (!Same(wanted, element)) return false;
    return true;
  }

  bool SameMap(const Value& expected, const Value& got) const {
    if (MapSize(expected) != MapSize(got)) return false;
    MapCursor cursor(got);
    Value key;
    for (Value element; cursor.Next(key, element);) {
      const std::string name = key.Is(ValueKind::kString) ? std::string(key.text()) : ToJson(key);
      const std::optional<Value> wanted = MapFind(expected, name);
      if (!wanted || !Same(*wanted, element)) return false;
    }
    return true;
  }

  double tolerance_;
};

// Compares each answer at once, and keeps the first complaint.
class ParitySink final : public AnswerSink {
 public:
  ParitySink(const Value& expected, const std::vector<std::string>& outputs, double tolerance)
      : expected_(expected), outputs_(outputs), comparison_(tolerance) {}

  Arena& arena() override { return arena_; }
  void Answer(RequestId, std::span<const Value> values, const CallReport&) override {
    for (size_t i = 0; i < values.size() && complaint_.empty(); ++i) {
      const Value wanted = MapFind(expected_, outputs_[i]).value_or(Value());
      if (!comparison_.Same(wanted, values[i]))
        complaint_ = "output '" + outputs_[i] + "': expected " + ToJson(wanted) + ", got " + ToJson(values[i]);
    }
  }
  void Fail(RequestId, const Failure& failure, const CallReport&) override { complaint_ = failure.error.message; }
  const std::string& complaint() const { return complaint_; }

 private:
  Value expected_;
  const std::vector<std::string>& outputs_;
  Comparison comparison_;
  Arena arena_;
  std::string complaint_;
};

class ParityCheck {
 public:
  ParityCheck(Model& model, double tolerance) : model_(model), tolerance_(tolerance) {}

  Result<void> CheckLine(std::string_view line) {
    arena_.Reset();
    TRY_ASSIGN(const JsonDocument* document, parser_.Parse(line, arena_));
    TRY_ASSIGN(const Value inputs, Member(document->root(), "input"));
    TRY_ASSIGN(const Value expected, Member(document->root(), "output"));
    TRY_ASSIGN(const std::vector<Value> row, RowOf(inputs));
    TRY(Compare(row, expected));
    return {};
  }

 private:
  static Result<Value> Member(const Value& root, std::string_view name) {
    const std::optional<Value> member = root.Is(ValueKind::kMap) ? MapFind(root, name) : std::nullopt;
    if (!member || !member->Is(ValueKind::kMap))
      return Invalid("a line is an object with the objects \"input\" and \"output\", and here is no \"" +
                     std::string(name) + '"');
    return *member;
  }

  Result<std::vector<Value>> RowOf(const Value& inputs) const {
    std::vector<Value> row;
    for (const Port& port : model_.info().inputs) {
      const std::optional<Value> value = MapFind(inputs, port.name);
      if (!value) return Invalid("\"input\" lacks '" + port.name + "'");
      row.push_back(*value);
    }
    return row;
  }

  Result<void> Compare(const std::vector<Value>& row, const Value& expected) {
    std::vector<uint32_t> outputs;
    std::vector<std::string> names;
    MapCursor cursor(expected);
    Value name;
    for (Value value; cursor.Next(name, value);) {
      TRY_ASSIGN(const uint32_t output, OutputNamed(name.text()));
      outputs.push_back(output);
      names.emplace_back(name.text());
    }
    if (outputs.empty()) return Invalid("\"output\" is empty, so nothing would be compared");
    TRY(UsePredictor(outputs));
    ParitySink sink(expected, names, tolerance_);
    const Request request{0, row};
    predictor_->Predict({&request, 1}, sink);
    if (!sink.complaint().empty()) return Invalid(sink.complaint());
    return {};
  }

  Result<uint32_t> OutputNamed(std::string_view name) const {
    const std::vector<Port>& outputs = model_.info().outputs;
    const auto found = std::ranges::find(outputs, name, &Port::name);
    if (found == outputs.end()) return Invalid("the model has no output '" + std::string(name) + "'");
    return static_cast<uint32_t>(found - outputs.begin());
  }

  // Lines mostly name the same outputs.
  Result<void> UsePredictor(const std::vector<uint32_t>& outputs) {
    if (predictor_ != nullptr && outputs == outputs_) return {};
    predictor_.reset();
    TRY_ASSIGN(predictor_, model_.NewPredictor({.outputs = outputs}));
    outputs_ = outputs;
    return {};
  }

  Model& model_;
  double tolerance_;
  JsonParser parser_;
  Arena arena_;
  std::unique_ptr<Predictor> predictor_;
  std::vector<uint32_t> outputs_;
};

}  // namespace

Result<void> CheckParity(Model& model, const std::string& path, double tolerance) {
  std::ifstream file(path);
  if (!file) return Invalid("model " + model.info().name + ": the parity file " + path + " cannot be opened");
  ParityCheck check(model, tolerance);
  size_t number = 0;
  for (std::string line; std::getline(file, line);) {
    if (++number > kLinesMax)
      return Fail(ErrorKind::kLimit, path + " has more than " + std::to_string(kLinesMax) + " lines");
    const Result<void> checked = check.CheckLine(line);
    if (!checked)
      return Fail(checked.error().kind, path + ':' + std::to_string(number) + ": model " + model.info().name + ": " +
                                            checked.error().message);
  }
  if (number == 0) return Invalid(path + " has no line, so the model would be compared with nothing");
  return {};
}

}  // namespace penstock::embedded
