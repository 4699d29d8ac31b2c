// Records of the context topic: what a model is given, and what of the raw record has to be known with it. The format
// is described in docs/formats/context.md.
#pragma once

#include <optional>
#include <string_view>

#include "event/json_parser.h"
#include "event/record.h"
#include "pipeline/event_reader.h"
#include "pipeline/plan.h"
#include "steps/batch.h"
#include "steps/step_context.h"

namespace penstock {

constexpr std::string_view kSourceHeader = "penstock-source";
constexpr std::string_view kSourceTimestampHeader = "penstock-source-timestamp";
constexpr std::string_view kRouteHeader = "penstock-route";
constexpr std::string_view kTopicHeader = "penstock-topic";
constexpr std::string_view kTimeHeader = "penstock-time";
constexpr std::string_view kIdHeader = "penstock-id";
constexpr std::string_view kAnsweredHeader = "penstock-answered";

// Whether the header is one of ours, which no raw record's takes the place of.
bool IsOwnHeader(std::string_view name);

// Whether the record's event was answered at once: nothing is left to be done.
bool IsAnswered(const Record& context);

// One for each worker and plan; used by that worker's thread.
class ContextReader {
 public:
  // `plan` outlives the reader.
  explicit ContextReader(const Plan& plan);

  // Adds a row as it was when the record was written; it borrows from the record. Its source is the raw record's. Dead,
  // where the record is none of the context topic's.
  Row& Read(const Record& context, uint32_t origin, Batch& batch, StepContext& step_context);

 private:
  // Only a topic that a rule of this route names: whoever may write to the context topic does not choose others.
  std::string_view FindTopic(std::string_view route, std::optional<std::string_view> topic) const;
  void ReadHeaders(const Record& context, Row& row, Batch& batch, StepContext& step_context);
  void ReadValue(const Record& context, Row& row, Batch& batch, StepContext& step_context);

  const Plan& plan_;
  JsonParser parser_;
  FieldTypes types_;
};

}  // namespace penstock
