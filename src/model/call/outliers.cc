#include "model/call/outliers.h"

#include <algorithm>
#include <cmath>

namespace penstock::call {
namespace {

constexpr uint32_t kAttemptsMin = 20;
constexpr double kDeviations = 1.9;
constexpr double kDistanceMin = 0.3;

bool Counts(const Tally& tally) { return tally.all() >= kAttemptsMin; }
double RateOf(const Tally& tally) { return static_cast<double>(tally.good) / tally.all(); }

// The rate below which `suspect` is an outlier; below 0 where there is nothing to compare it with.
double ThresholdFor(std::span<const Tally> tallies, size_t suspect) {
  double sum = 0;
  double squares = 0;
  int count = 0;
  for (size_t i = 0; i < tallies.size(); ++i) {
    if (i == suspect || !Counts(tallies[i])) continue;
    const double rate = RateOf(tallies[i]);
    sum += rate;
    squares += rate * rate;
    ++count;
  }
  if (count == 0) return -1;
  const double mean = sum / count;
  const double deviation = std::sqrt(std::max(0.0, squares / count - mean * mean));
  return mean - std::max(kDeviations * deviation, kDistanceMin);
}

}  // namespace

std::optional<size_t> FindOutlier(std::span<const Tally> tallies) {
  std::optional<size_t> worst;
  for (size_t i = 0; i < tallies.size(); ++i) {
    if (!Counts(tallies[i]) || RateOf(tallies[i]) >= ThresholdFor(tallies, i)) continue;
    if (!worst || RateOf(tallies[i]) < RateOf(tallies[*worst])) worst = i;
  }
  return worst;
}

}  // namespace penstock::call
