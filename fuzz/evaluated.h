// Ensembles that a reader let through: the fast evaluation says what the slow one does.
#pragma once

#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

#include "fuzz/finding.h"
#include "model/embedded/trees/ensemble.h"
#include "model/embedded/trees/ensemble_check.h"
#include "model/embedded/trees/kernel.h"
#include "model/embedded/trees/link.h"
#include "model/embedded/trees/reference.h"

namespace penstock::trees {

template <typename Real>
void ExpectSameMargins(const Ensemble& ensemble, const Kernel& kernel) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
  const Kernel::ScratchHandle scratch = kernel.NewScratch();
  for (const double value : {0.0, -1.0, 0.5, 3.0, 1e-36, kInfinity, -kInfinity, kNaN}) {
    std::vector<double> row(ensemble.features, value);
    if (row.size() > 1) row[1] = 1;
    std::vector<double> margins(ensemble.targets);
    kernel.Margins(std::vector<Real>(row.begin(), row.end()), margins, *scratch);
    const std::vector<double> expected = Margin(ensemble, row);
    for (size_t i = 0; i < margins.size(); ++i)
      Expect(margins[i] == expected[i] || (std::isnan(margins[i]) && std::isnan(expected[i])), "other sums");
    std::vector<double> prediction(LinkFunction::Of(ensemble).size(ensemble.targets));
    LinkFunction::Of(ensemble).Apply(margins, prediction);
  }
}

inline void ExpectEvaluated(const Ensemble& ensemble) {
  constexpr size_t kSmall = 4096;
  const Result<void> checked = Check(ensemble);
  Expect(checked.has_value(), "a reader let an ensemble through that is not sound");
  if (ensemble.features > kSmall || ensemble.targets > kSmall || ensemble.nodes.size() > kSmall) return;
  const Result<std::unique_ptr<const Kernel>> kernel = Kernel::Make(ensemble);
  Expect(kernel.has_value() || kernel.error().kind == ErrorKind::kLimit, "no kernel for a small ensemble");
  if (!kernel) return;
  if (ensemble.features_are_float) return ExpectSameMargins<float>(ensemble, **kernel);
  ExpectSameMargins<double>(ensemble, **kernel);
}

// The user is told, and in words.
inline void ExpectRefused(const Error& error) {
  Expect(error.kind == ErrorKind::kInvalid || error.kind == ErrorKind::kLimit, "the user is not told", error.message);
  Expect(!error.message.empty(), "a refusal without words");
}

}  // namespace penstock::trees
