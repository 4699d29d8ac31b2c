// Records -> events that keep the contract.
#pragma once

#include <cstdint>
#include <vector>

#include "event/json_parser.h"
#include "pipeline/plan.h"
#include "steps/batch.h"
#include "steps/step_context.h"

namespace penstock {

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
  // Where a typed field stood in the last event, step by step: events of one shape have it at the same place.
  struct TypedField {
    const FieldType* type;
    std::vector<uint32_t> distances;
  };

  bool ApplyTypes(Row& row, StepContext& context);
  bool CheckRules(Row& row, StepContext& context);
  bool CheckKey(Row& row, StepContext& context);
  bool FindTime(Row& row, StepContext& context);
  bool FindId(Row& row, StepContext& context);

  const Plan& plan_;
  JsonParser parser_;
  std::vector<TypedField> typed_fields_;
};

}  // namespace penstock
