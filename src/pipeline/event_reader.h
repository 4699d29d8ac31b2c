// Records -> events that keep the contract.
#pragma once

#include <cstdint>
#include <vector>

#include "event/json_parser.h"
#include "pipeline/plan.h"
#include "steps/batch.h"
#include "steps/step_context.h"

namespace penstock {

// The types that the contract gives to fields. One for each worker and plan; used by that worker's thread.
class FieldTypes {
 public:
  // `plan` outlives it.
  explicit FieldTypes(const Plan& plan);

  // Holds the event below this node against them. False, and the row dead, where a field has another type.
  bool Apply(const JsonDocument& document, uint32_t event, Row& row, StepContext& context);

 private:
  // Where a typed field stood in the last event, step by step: events of one shape have it at the same place.
  struct TypedField {
    const FieldType* type;
    std::vector<uint32_t> distances;
  };

  std::vector<TypedField> fields_;
};

// One for each worker and plan; used by that worker's thread.
class EventReader {
 public:
  // `plan` outlives the reader.
  explicit EventReader(const Plan& plan);

  // Adds a row for the record, which lives as long as the batch.
  void Decode(const Record& record, uint32_t origin, Batch& batch, StepContext& context);

  // Checks what the contract says of the live rows; finds out their identities and times.
  void CheckContract(Batch& batch, StepContext& context);

 private:
  bool CheckRules(Row& row, StepContext& context);
  bool CheckKey(Row& row, StepContext& context);
  bool FindTime(Row& row, StepContext& context);
  bool FindId(Row& row, StepContext& context);

  const Plan& plan_;
  JsonParser parser_;
  FieldTypes types_;
};

}  // namespace penstock
