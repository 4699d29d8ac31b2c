#include "pipeline/test_runner.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "config/json.h"
#include "config/units.h"
#include "event/collection.h"
#include "event/compare.h"
#include "event/json_parser.h"
#include "event/json_writer.h"
#include "event/time_text.h"
#include "pipeline/prepare_stage.h"

namespace penstock {
namespace {

constexpr int64_t kDefaultStartMs = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

// What became of one record, in texts that outlive the batch.
struct Seen {
  Fate fate = Fate::kLive;
  std::string route;
  std::string model;
  std::string output;  // JSON
  std::string value;   // JSON
  std::string dropped;
  std::string dead;
  std::string dead_message;
  bool review = false;
  std::vector<std::string> delivered;
};

// What is expected may say less than what is there: members of maps may be missing in it.
bool Covers(const Value& actual, const Value& expected) {
  if (expected.Is(ValueKind::kMap)) {
    if (!actual.Is(ValueKind::kMap)) return false;
    MapCursor cursor(expected);
    Value key;
    Value value;
    while (cursor.Next(key, value)) {
      const std::optional<Value> member = MapFind(actual, key);
      if (!member || !Covers(*member, value)) return false;
    }
    return true;
  }
  if (!expected.Is(ValueKind::kList)) return Equals(actual, expected);
  if (!actual.Is(ValueKind::kList) || ListSize(actual) != ListSize(expected)) return false;
  for (uint32_t i = 0; i < ListSize(expected); ++i)
    if (!Covers(ListAt(actual, i), ListAt(expected, i))) return false;
  return true;
}

// One test of the file.
class TestRun {
 public:
  TestRun(const PipelineFile& file, const YamlNode& test, Problems& failures)
      : plan_(*file.plan), test_(test), failures_(failures), metrics_(plan_) {}

  Result<bool> Run() {
    const size_t before = failures_.count();
    if (!ReadAnswers() || !MakeRecords()) return false;
    TRY(Process());
    Compare();
    return failures_.count() == before;
  }

 private:
  void Fail(const YamlNode& node, const std::string& message) {
    const YamlNode* const name = test_.Find("name");
    failures_.Add(node.offset, "test '" + (name == nullptr ? std::string() : name->text) + "': " + message);
  }

  std::optional<Value> Parse(const YamlNode& node) {
    const std::string_view json = arena_.Copy(JsonOf(node));
    const Result<const JsonDocument*> document = parser_.Parse(json, arena_);
    if (document) return (*document)->root();
    Fail(node, document.error().message);
    return std::nullopt;
  }

  bool ReadAnswers() {
    const YamlNode* const answers = test_.Find("answers");
    if (answers == nullptr) return true;
    for (const YamlEntry& entry : answers->entries) {
      const bool known = std::any_of(plan_.models.begin(), plan_.models.end(),
                                     [&](const BoundModel& model) { return model.name == entry.name; });
      if (!known) return Fail(entry.value, "there is no model '" + entry.name + "'"), false;
      const std::optional<Value> value = Parse(entry.value);
      if (!value) return false;
      answers_[entry.name] = *value;
    }
    return true;
  }

  // The records' keys and times come from the contract, where the test does not say.
  bool MakeRecords() {
    const YamlNode* const given = test_.Find("given");
    const YamlNode* const expect = test_.Find("expect");
    if (given == nullptr || expect == nullptr) return false;
    if (given->items.size() != expect->items.size()) {
      Fail(*expect, "there are " + std::to_string(given->items.size()) + " records given, and " +
                        std::to_string(expect->items.size()) + " expected");
      return false;
    }
    expr::Activation activation(*plan_.environment, arena_);
    StepContext context(*plan_.variables, activation, arena_, metrics_.drops);
    std::optional<int64_t> start_ms;
    for (const YamlNode& node : given->items) {
      Record& record = records_.emplace_back();
      record.source = {plan_.settings.topics.raw.front(), 0, static_cast<int64_t>(records_.size() - 1)};
      if (!FillRecord(node, record)) return false;
      const YamlNode* const at = node.Find("at");
      const int64_t at_ms =
          at == nullptr ? 0 : ParsePositiveDuration(at->text).value_or(Duration(0)).count() / 1'000'000;
      Derive(node, record, context, start_ms, at_ms);
    }
    return true;
  }

  bool FillRecord(const YamlNode& node, Record& record) {
    const YamlNode* const event = node.Find("event");
    const YamlNode* const value = node.Find("value");
    if ((event == nullptr) == (value == nullptr)) return Fail(node, "a record has either an event or a value"), false;
    if (value != nullptr && !value->is_scalar()) return Fail(*value, "a value is a text; a map is an event"), false;
    if (event != nullptr) record.value = arena_.Copy(JsonOf(*event));
    if (value != nullptr && !value->is_null()) record.value = arena_.Copy(value->text);
    if (const YamlNode* const key = node.Find("key")) record.key = arena_.Copy(key->text);
    if (const YamlNode* const headers = node.Find("headers")) {
      const std::span<Header> copy = arena_.AllocateArray<Header>(headers->entries.size());
      for (size_t i = 0; i < copy.size(); ++i)
        copy[i] = {arena_.Copy(headers->entries[i].name), arena_.Copy(headers->entries[i].value.text)};
      record.headers = copy;
    }
    return true;
  }

  // The test begins at the first event's time, so that event times written into it are not from the future.
  void Derive(const YamlNode& node, Record& record, StepContext& context, std::optional<int64_t>& start_ms,
              int64_t at_ms) {
    Batch batch;
    EventReader reader(plan_);
    reader.Decode(record, 0, batch, context);
    const Row& row = batch.rows.front();
    if (row.is_live()) {
      context.Enter(row);
      const EventContract& contract = plan_.contract;
      const Value time = contract.time ? context.Evaluate(*contract.time) : Value();
      if (!start_ms && time.Is(ValueKind::kTimestamp))
        start_ms = time.as_time().seconds * 1000 + time.as_time().nanos / 1'000'000 - at_ms;
      const Value key = contract.key ? context.Evaluate(*contract.key) : Value();
      if (node.Find("key") == nullptr && contract.key && !key.is_error())
        record.key = arena_.Copy(key.Is(ValueKind::kString) ? std::string(key.text()) : ToJson(key));
    }
    record.timestamp_ms = start_ms.value_or(kDefaultStartMs) + at_ms;
  }

  Result<void> Process() {
    const ManualClock clock{WallTime(std::chrono::milliseconds(kDefaultStartMs))};
    TRY_ASSIGN(const std::unique_ptr<PrepareStage> stage, PrepareStage::Make(plan_, metrics_, clock));
    stage->SetStandIn(
        [this](const BoundModel& model, Row& row, StepContext& context) { return StandInFor(model, row, context); });
    stage->SetObserver([this](const Row& row, const Outcome& outcome) { Observe(row, outcome); });
    HeldPartition home;
    const StageInput input{records_, 0, static_cast<int64_t>(records_.size()), &home};
    stage->Process({&input, 1});
    return {};
  }

  bool StandInFor(const BoundModel& model, Row& row, StepContext& context) {
    const auto answer = answers_.find(model.name);
    if (answer == answers_.end()) return false;
    row.model = model.name;
    row.model_version = model.model->info().version;
    if (!answer->second.Is(ValueKind::kList)) {
      row.output = answer->second;
      return true;
    }
    uint32_t& next = asked_[model.name];
    if (next < ListSize(answer->second))
      row.output = ListAt(answer->second, next++);
    else
      context.Kill(row, DeadKind::kModel, "tests.answers", "the test has no more answers of " + model.name);
    return true;
  }

  void Observe(const Row& row, const Outcome& outcome) {
    Seen& seen = seen_.emplace_back();
    seen.fate = row.fate;
    seen.route = row.route;
    seen.model = row.model;
    seen.output = ToJson(row.output);
    seen.value = outcome.value;
    seen.review = outcome.review;
    seen.delivered.assign(outcome.delivered.begin(), outcome.delivered.end());
    if (row.fate == Fate::kDropped) seen.dropped = plan_.drop_rules[row.drop_rule];
    if (row.fate != Fate::kDead) return;
    seen.dead = DeadKindName(row.dead->kind);
    seen.dead_message = row.dead->message;
  }

  void Compare() {
    const std::vector<YamlNode>& expected = test_.Find("expect")->items;
    for (size_t i = 0; i < expected.size() && i < seen_.size(); ++i) CompareRecord(i + 1, seen_[i], expected[i]);
  }

  static std::string What(const Seen& seen) {
    if (seen.fate == Fate::kDropped) return "was dropped by " + seen.dropped;
    if (seen.fate == Fate::kDead) return "became a dead letter, " + seen.dead + ": " + seen.dead_message;
    return "went to " + seen.route;
  }

  void CompareRecord(size_t number, const Seen& seen, const YamlNode& expected) {
    const std::string record = "record " + std::to_string(number) + " ";
    const bool ends = expected.Find("dropped") != nullptr || expected.Find("dead") != nullptr;
    if (!ends && seen.fate != Fate::kLive) return Fail(expected, record + What(seen));
    CompareEnd(record, seen, "dropped", seen.dropped, expected);
    CompareEnd(record, seen, "dead", seen.dead, expected);
    CompareText(record, "route", seen.route, expected);
    CompareText(record, "model", seen.model, expected);
    CompareText(record, "review", seen.review ? "true" : "false", expected);
    CompareJson(record, "output", seen.output, expected);
    CompareJson(record, "value", seen.value, expected);
    CompareDelivered(record, seen, expected);
  }

  // `true` stands for any reason.
  void CompareEnd(const std::string& record, const Seen& seen, std::string_view name, const std::string& actual,
                  const YamlNode& expected) {
    const YamlNode* const node = expected.Find(name);
    if (node == nullptr || node->text == actual || (node->text == "true" && !actual.empty())) return;
    Fail(*node, record + What(seen));
  }

  void CompareText(const std::string& record, std::string_view name, const std::string& actual,
                   const YamlNode& expected) {
    const YamlNode* const node = expected.Find(name);
    if (node != nullptr && node->text != actual)
      Fail(*node, record + "has the " + std::string(name) + " '" + actual + "'");
  }

  void CompareJson(const std::string& record, std::string_view name, const std::string& actual,
                   const YamlNode& expected) {
    const YamlNode* const node = expected.Find(name);
    if (node == nullptr) return;
    const std::optional<Value> wanted = Parse(*node);
    if (!wanted) return;
    const std::string_view text = arena_.Copy(actual.empty() ? "null" : actual);
    const Result<const JsonDocument*> document = parser_.Parse(text, arena_);
    if (document && Covers((*document)->root(), *wanted)) return;
    Fail(*node, record + "has the " + std::string(name) + " " + std::string(text));
  }

  void CompareDelivered(const std::string& record, const Seen& seen, const YamlNode& expected) {
    const YamlNode* const node = expected.Find("delivered");
    if (node == nullptr) return;
    std::vector<std::string> wanted;
    for (const YamlNode& item : node->items) wanted.push_back(item.text);
    std::vector<std::string> actual = seen.delivered;
    std::sort(wanted.begin(), wanted.end());
    std::sort(actual.begin(), actual.end());
    if (wanted == actual) return;
    std::string list;
    for (const std::string& topic : actual) list += (list.empty() ? "" : ", ") + topic;
    Fail(*node, record + "was delivered to [" + list + "]");
  }

  const Plan& plan_;
  const YamlNode& test_;
  Problems& failures_;
  StageMetrics metrics_;
  Arena arena_;
  JsonParser parser_;
  std::map<std::string, Value, std::less<>> answers_;
  std::map<std::string, uint32_t, std::less<>> asked_;
  std::vector<Record> records_;
  std::vector<Seen> seen_;
};

}  // namespace

size_t TestReport::failed() const {
  return static_cast<size_t>(std::count_if(tests.begin(), tests.end(), [](const Test& test) { return !test.passed; }));
}

Result<TestReport> RunTests(const PipelineFile& file) {
  TestReport report{{}, Problems(file.problems.file(), std::string(file.problems.text()))};
  const YamlNode* const tests = file.tree.Find("tests");
  if (tests == nullptr) return report;
  for (const YamlNode& test : tests->items) {
    TRY_ASSIGN(const bool passed, TestRun(file, test, report.failures).Run());
    const YamlNode* const name = test.Find("name");
    report.tests.push_back({name == nullptr ? "" : name->text, passed});
  }
  return report;
}

}  // namespace penstock
