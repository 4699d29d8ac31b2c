// What a model goes through before it gets events.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "model/model.h"

namespace penstock::embedded {

struct FirstRuns {
  std::string path;                // of the model, for messages
  int warm_up_runs = 2;            // of a row, and as many of a batch
  std::string parity_path;         // JSON lines of inputs and what the model answers to them (parity.h); empty: none
  double parity_tolerance = 1e-5;  // how far a number may be off, absolutely and as a share of what is expected
};

// Warms the model up, with the given outputs, and compares its answers to the parity file: what is slow or wrong with
// it shows here, not with the first events. kInvalid: it cannot be used, or answers other than expected.
Result<void> RunFirst(Model& model, std::vector<uint32_t> outputs, const FirstRuns& runs);

}  // namespace penstock::embedded
