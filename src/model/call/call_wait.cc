#include "model/call/call_wait.h"

namespace penstock {

std::string_view CallWaitName(CallWait wait) {
  switch (wait) {
    case CallWait::kInFlight: return "in_flight";
    case CallWait::kRequests: return "requests";
    case CallWait::kTokens: return "tokens";
    case CallWait::kProvider: return "provider";
    case CallWait::kOutage: return "outage";
    case CallWait::kBackoff: return "backoff";
    case CallWait::kHold: return "hold";
  }
  return "";
}

}  // namespace penstock
