// One run: processes work while a seed decides what goes wrong; then everything heals, and what is there is checked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "log/sim/network.h"
#include "tests/faults/actor.h"
#include "tests/faults/scenario.h"

namespace penstock::faults {

struct Report {
  Verdict verdict;
  sim::Tally tally;
  int64_t spills = 0;
  uint64_t kills = 0;
  uint64_t resets = 0;
  uint64_t deletions = 0;
  uint64_t steps = 0;
  std::string trace;  // empty, unless lines were asked for

  bool failed() const { return !verdict.violations.empty(); }
  // What is wrong, and how to see it again.
  std::string Text(const Scenario& scenario) const;
};

// The same for the same scenario. Keeps the last lines of what happened, so many.
Report Simulate(const Scenario& scenario, size_t trace_lines_max = 0);

}  // namespace penstock::faults
