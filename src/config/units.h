// Numbers with units, as people write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace penstock {

// 100ms, 1h30m, 7d, 0. Not negative.
std::optional<Duration> ParsePositiveDuration(std::string_view text);

// 512, 64KiB, 16MiB, 1GiB; also KB, MB, GB of a thousand.
std::optional<int64_t> ParseByteSize(std::string_view text);

// 10%, 0.5 % or 0.1: as a share between 0 and 1.
std::optional<double> ParseShare(std::string_view text);

std::optional<double> ParseNumber(std::string_view text);
// Not negative, in decimal digits.
std::optional<int64_t> ParseCount(std::string_view text);

}  // namespace penstock
