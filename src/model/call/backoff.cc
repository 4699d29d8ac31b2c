#include "model/call/backoff.h"

#include <algorithm>
#include <string_view>

#include "base/hash.h"

namespace penstock::call {

Duration Backoff::Next(uint32_t retry) {
  const uint64_t number = drawn_++;
  const std::string_view bytes(reinterpret_cast<const char*>(&number), sizeof number);
  const int64_t cap = std::max<int64_t>(policy_.cap.count(), 0);
  const int64_t base = std::clamp<int64_t>(policy_.base.count(), 0, cap);
  const int64_t most = base > (cap >> std::min(retry, 62U)) ? cap : base << std::min(retry, 62U);
  // The bias of the modulo does not matter here.
  return Duration(static_cast<int64_t>(Hash64(bytes, seed_) % (static_cast<uint64_t>(most) + 1)));
}

}  // namespace penstock::call
