// From margins to predictions.
#pragma once

#include <cstddef>
#include <span>

#include "model/embedded/trees/ensemble.h"

namespace penstock::trees {

// Computes in float, step by step as XGBoost does, where the sums are float; else in double. Used by many threads.
struct LinkFunction {
  Link link = Link::kNone;
  double scale = 1;
  bool is_float = true;

  static LinkFunction Of(const Ensemble& ensemble) { return {ensemble.link, ensemble.scale, ensemble.sums_are_float}; }

  // How many numbers a prediction has.
  size_t size(size_t targets) const { return link == Link::kArgMax ? 1 : targets; }
  // Of one row. `prediction` has size(margin.size()) places, and may be where the margin is.
  void Apply(std::span<const double> margin, std::span<double> prediction) const;
};

}  // namespace penstock::trees
