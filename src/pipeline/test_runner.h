// Runs the tests that stand in a pipeline's file.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/result.h"
#include "config/problems.h"
#include "pipeline/plan.h"

namespace penstock {

struct TestReport {
  struct Test {
    std::string name;
    bool passed = false;
  };
  std::vector<Test> tests;  // in the order of the file
  Problems failures;        // with their places in it

  size_t failed() const;
};

// Runs all tests of a file that has a plan. Needs no service: records come from the file, and go nowhere. An error only
// where a model cannot be run at all.
Result<TestReport> RunTests(const PipelineFile& file);

}  // namespace penstock
