// What a call without an attempt waits for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace penstock {

enum class CallWait : uint8_t {
  kInFlight,  // the end of another attempt, for want of the limit `in_flight`
  kRequests,  // the limit of requests a minute
  kTokens,    // that of tokens
  kProvider,  // the time that the provider named: Retry-After, or the reset of a quota that is used up
  kOutage,    // an endpoint that is up
  kBackoff,   // the end of the pause before its next attempt
  kHold,      // that calls may begin again (Caller::Hold)
};
inline constexpr size_t kCallWaits = 7;
// "in_flight" ...
std::string_view CallWaitName(CallWait wait);

}  // namespace penstock
