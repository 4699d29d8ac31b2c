#include "model/call/limiter.h"

#include <utility>

#include "model/call/shared_limiter.h"

namespace penstock {

std::unique_ptr<Limiter> Limiter::Make(const CallLimits& limits, const Clock& clock) {
  return std::make_unique<call::SharedLimiter>(limits, clock);
}

}  // namespace penstock
