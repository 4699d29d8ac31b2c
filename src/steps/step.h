// One transformation of a batch of events.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/option.h"
#include "config/problems.h"
#include "config/yaml.h"
#include "steps/batch.h"
#include "steps/step_context.h"
#include "steps/variables.h"

namespace penstock {

// Immutable, and shared by all workers of a plan; what a worker needs is in its context. Deterministic: no clock, no
// randomness.
class Step {
 public:
  virtual ~Step() = default;

  // Looks at the live rows, changes them, or marks them as dropped or dead. Never fails the batch.
  virtual void Run(Batch& batch, StepContext& context) const = 0;
};

// What a step is built from.
struct StepBuilder {
  expr::Environment& environment;
  Variables& variables;
  Problems& problems;
  std::vector<std::string>& drop_rules;  // the names of all rules that drop, by number
  std::string place;                     // as in prepare[2].drop
  std::string folder;                    // that relative paths start from
  bool after_answer = false;             // the step stands in postprocess
};

// A kind of step: how it is written, and how it is built. A file of its own describes each.
struct StepKind {
  Option option;  // its name, the shape of what stands behind it, and what it does
  bool in_prepare = true;
  bool in_postprocess = false;
  std::string_view pipeline;  // a whole pipeline file with tests, which shows the step
  // `node` is validated. Nothing where something is wrong, which is added to the problems.
  std::unique_ptr<Step> (*build)(const YamlNode& node, StepBuilder& builder) = nullptr;
};

}  // namespace penstock
