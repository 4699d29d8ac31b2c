#include "model/embedded/first_runs.h"

#include <memory>
#include <utility>

#include "model/embedded/parity.h"
#include "model/embedded/warm_up.h"

namespace penstock::embedded {

Result<void> RunFirst(Model& model, std::vector<uint32_t> outputs, const FirstRuns& runs) {
  TRY_ASSIGN(const std::unique_ptr<Predictor> predictor, model.NewPredictor({.outputs = std::move(outputs)}));
  const Result<void> warm = WarmUp(model.info(), *predictor, runs.warm_up_runs);
  if (!warm) return Fail(warm.error().kind, "the model " + runs.path + " cannot be used: " + warm.error().message);
  if (!runs.parity_path.empty()) TRY(CheckParity(model, runs.parity_path, runs.parity_tolerance));
  return {};
}

}  // namespace penstock::embedded
