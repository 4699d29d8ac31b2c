// The objectives of XGBoost: what they make of margins, and of the base score.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "model/embedded/trees/ensemble.h"

namespace penstock::trees {

using XgboostVersion = std::array<int64_t, 2>;  // major, minor; {0, 0} where a file names none

// How the margin of the base score comes from the base score, which is a prediction.
enum class BaseScale : uint8_t { kMargin, kLogit, kLog };

struct XgboostObjective {
  Link link = Link::kNone;
  BaseScale base = BaseScale::kMargin;

  // In float, as XGBoost computes it.
  float MarginOf(float base_score) const;
};

// kInvalid: it is none that XGBoost has, or one that cannot be predicted here.
Result<XgboostObjective> FindXgboostObjective(std::string_view name, XgboostVersion version, uint32_t targets);

}  // namespace penstock::trees
