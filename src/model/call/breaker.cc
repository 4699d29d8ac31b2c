#include "model/call/breaker.h"

#include <algorithm>

namespace penstock::call {

bool Breaker::Begin() {
  if (closed()) return false;
  probing_ = true;
  return true;
}

void Breaker::End(bool probe, Health health, Duration now) {
  if (probe) {
    EndProbe(health, now);
    return;
  }
  if (!closed()) return;
  if (health == Health::kGood) failures_ = 0;
  if (health == Health::kBad && ++failures_ >= policy_.failures) Open(open_for_, now);
}

void Breaker::EndProbe(Health health, Duration now) {
  probing_ = false;
  if (health == Health::kUnknown) return;
  if (health == Health::kBad) {
    Open(open_for_, now);
    return;
  }
  open_until_.reset();
  open_for_ = policy_.open;
}

void Breaker::Open(Duration length, Duration now) {
  failures_ = 0;
  open_until_ = now + length;
  open_for_ = std::max(length, std::min(2 * length, policy_.open_max));
}

}  // namespace penstock::call
