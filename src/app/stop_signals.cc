#include "app/stop_signals.h"

#include <ctime>

namespace penstock::app {

StopSignals::StopSignals() {
  sigemptyset(&signals_);
  sigaddset(&signals_, SIGINT);
  sigaddset(&signals_, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

StopSignals::~StopSignals() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

bool StopSignals::Wait(Duration patience) const {
  constexpr int64_t kSecond = 1'000'000'000;
  const timespec limit{.tv_sec = patience.count() / kSecond, .tv_nsec = patience.count() % kSecond};
  return sigtimedwait(&signals_, nullptr, &limit) > 0;
}

}  // namespace penstock::app
