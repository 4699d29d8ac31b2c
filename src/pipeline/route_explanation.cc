#include "pipeline/route_explanation.h"

#include <optional>
#include <utility>
#include <vector>

#include "event/json_writer.h"
#include "expr/conjuncts.h"
#include "expr/diagnostic.h"
#include "pipeline/event_reader.h"
#include "pipeline/stage.h"

namespace penstock {
namespace {

constexpr int64_t kDefaultTimeMs = 1'767'225'600'000;  // 2026-01-01T00:00:00Z

struct Conjunct {
  std::string_view text;
  expr::Program program;
};

std::string CountOf(size_t count, std::string_view noun) {
  return std::to_string(count) + " " + std::string(noun) + (count == 1 ? "" : "s");
}

class Explanation {
 public:
  explicit Explanation(PipelineFile& file)
      : file_(file),
        plan_(*file.plan),
        conjuncts_(CompileConjuncts()),
        metrics_(plan_),
        activation_(*plan_.environment, batch_.arena),
        context_(*plan_.variables, activation_, batch_.arena, metrics_.drops),
        reader_(plan_) {}

  std::string Of(std::string_view event_json) {
    Record record;
    record.source = {plan_.settings.topics.raw.front(), 0, 0};
    record.timestamp_ms = kDefaultTimeMs;
    record.value = event_json;
    Derive(record);
    reader_.Decode(record, 0, batch_, context_);
    reader_.CheckContract(batch_, context_);
    for (const std::unique_ptr<Step>& step : plan_.prepare) step->Run(batch_, context_);
    const Row& row = batch_.rows.front();
    if (row.fate == Fate::kDropped) return "dropped by " + plan_.drop_rules[row.drop_rule] + ": it comes to no route\n";
    if (row.fate == Fate::kDead)
      return "a dead letter, " + std::string(DeadKindName(row.dead->kind)) + ", from " + std::string(row.dead->step) +
             ": " + Shown(row.dead->message) + "\n";
    return Route(row);
  }

 private:
  // Of every rule: only an environment that has them all can evaluate any.
  std::vector<std::vector<Conjunct>> CompileConjuncts() {
    std::vector<std::vector<Conjunct>> all;
    for (const RouteRule& rule : plan_.routes) {
      std::vector<Conjunct>& conjuncts = all.emplace_back();
      for (const std::string_view text : expr::Conjuncts(rule.when))
        if (Result<expr::Program> program = expr::Program::Compile(text, *plan_.environment))
          conjuncts.push_back({text, *std::move(program)});
    }
    return all;
  }

  // The key that the contract wants, and a time that is not in the event's past.
  void Derive(Record& record) {
    Batch batch;
    reader_.Decode(record, 0, batch, context_);
    if (!batch.rows.front().is_live()) return;
    context_.Enter(batch.rows.front());
    const EventContract& contract = plan_.contract;
    const Value key = contract.key ? context_.Evaluate(*contract.key) : Value();
    if (contract.key && !key.is_error())
      record.key = batch_.arena.Copy(key.Is(ValueKind::kString) ? std::string(key.text()) : ToJson(key));
    const Value time = contract.time ? context_.Evaluate(*contract.time) : Value();
    if (time.Is(ValueKind::kTimestamp))
      record.timestamp_ms = time.as_time().seconds * 1000 + time.as_time().nanos / 1'000'000;
  }

  std::string Route(const Row& row) {
    context_.Enter(row);
    expr::RouteTable::Scratch scratch(*plan_.route_table);
    const std::vector<expr::RouteTable::Look> looks = plan_.route_table->LookedAt(activation_, scratch);
    std::string text;
    for (const expr::RouteTable::Look& look : looks) text += Line(look);
    const bool matched = !looks.empty() && looks.back().outcome.is_true();
    const size_t compared = matched ? looks.back().rule + 1 : plan_.routes.size();
    text += matched ? plan_.routes[looks.back().rule].place + " matched: to " + plan_.routes[looks.back().rule].to
                    : "no rule matched: a dead letter, no_route";
    return text + "; " + CountOf(looks.size(), "rule") + " evaluated, " + CountOf(compared - looks.size(), "rule") +
           " before the end ruled out by the index\n";
  }

  std::string Line(const expr::RouteTable::Look& look) {
    const RouteRule& rule = plan_.routes[look.rule];
    const size_t line = expr::PlaceOf(file_.problems.text(), rule.offset).line;
    std::string text = rule.place + " " + file_.problems.file() + ":" + std::to_string(line) + ": ";
    text += rule.when.empty() ? "no condition" : rule.when;
    return text + "\n  " + OutcomeOf(look) + "\n";
  }

  std::string OutcomeOf(const expr::RouteTable::Look& look) {
    if (look.outcome.is_true()) return "matched";
    if (look.outcome.is_error()) return "failed: " + Shown(look.outcome.text());
    if (!look.outcome.is_false()) return "failed: it gives a " + std::string(TypeName(look.outcome.kind()));
    for (const Conjunct& conjunct : conjuncts_[look.rule])
      if (context_.Evaluate(conjunct.program).is_false()) return "false: " + std::string(conjunct.text);
    return "false";
  }

  // A message may quote a value of the event. What is not in the file is left out.
  std::string Shown(std::string_view message) const {
    const size_t first = message.find('\'');
    const size_t last = message.rfind('\'');
    if (first == last) return std::string(message);
    const std::string_view quoted = message.substr(first + 1, last - first - 1);
    if (file_.problems.text().find(quoted) != std::string_view::npos) return std::string(message);
    return std::string(message.substr(0, first + 1)) + ".." + std::string(message.substr(last));
  }

  PipelineFile& file_;
  const Plan& plan_;
  std::vector<std::vector<Conjunct>> conjuncts_;  // before the activation, which has room for what is compiled by then
  StageMetrics metrics_;
  Batch batch_;
  expr::Activation activation_;
  StepContext context_;
  EventReader reader_;
};

}  // namespace

std::string ExplainRoute(PipelineFile& file, std::string_view event_json) { return Explanation(file).Of(event_json); }

}  // namespace penstock
