// Finds the endpoint that does much worse than those beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace penstock::call {

// The attempts at an endpoint in some time.
struct Tally {
  uint32_t good = 0;
  uint32_t bad = 0;

  uint32_t all() const { return good + bad; }
};

// After Envoy's outlier detection by success rate: the endpoint whose rate is more than 1.9 standard deviations of the
// others' rates below their mean. Envoy asks for five hosts; with fewer the deviation says little, so that it must be
// 30 points below as well. Only endpoints with 20 attempts count. The worst one, where there are several.
std::optional<size_t> FindOutlier(std::span<const Tally> tallies);

}  // namespace penstock::call
