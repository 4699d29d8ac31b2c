// For tests: the slow and obvious evaluation of an ensemble, which the others are held against.
#pragma once

#include <span>
#include <vector>

#include "model/embedded/trees/ensemble.h"

namespace penstock::trees {

// What the trees make of one row: a number a target, as the words in ensemble.h say. `ensemble` is valid, and the row
// has as many values as the ensemble has features.
std::vector<double> Margin(const Ensemble& ensemble, std::span<const double> row);

}  // namespace penstock::trees
