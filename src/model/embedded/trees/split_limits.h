// Limits of what a split asks (split_rule.h), for sources that use nothing of the standard library.
#pragma once

namespace penstock::trees {

// The largest value that Missing::kZeroOrNaN takes for 0, and that of the smallest category that kInSetFrom0 never has.
inline constexpr double kZeroMax = 1e-35F;
inline constexpr double kCategoryEnd = 16777215;

}  // namespace penstock::trees
