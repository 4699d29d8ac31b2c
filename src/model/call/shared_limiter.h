// What Limiter promises.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "model/call/limiter.h"
#include "model/call/rate_gate.h"

namespace penstock::call {

// Doors that were refused wait in a queue. What there is to have is kept for them, in their order: whoever asks gets
// what is left when all before it have got theirs. So a worker that is slow to come holds up nobody but itself, and one
// that asks all the time gets no more than the others while there is too little. A door that was permitted goes to the
// tail when it asks again.
class SharedLimiter final : public Limiter {
 public:
  SharedLimiter(const CallLimits& limits, const Clock& clock);
  ~SharedLimiter() override;
  SharedLimiter(const SharedLimiter&) = delete;
  SharedLimiter& operator=(const SharedLimiter&) = delete;

  std::unique_ptr<LimiterDoor> NewDoor(std::function<void()> wake) override;
  int64_t in_flight() const override;

 private:
  class Door;

  LimiterDoor::Answer Ask(Door& door, int64_t tokens);
  LimiterDoor::Answer Check(int64_t calls_before, int64_t tokens_before, int64_t tokens);
  void Withdraw(Door& door);
  void Release(Door& door, int64_t estimated, std::optional<int64_t> used);
  void Learn(Door& door, const Quota& quota);
  void SetShare(Door& door, double share);
  bool IsAboveShare() const;
  void Close(Door& door);

  // These are called with the mutex held.
  void ApplyShares();
  void Unqueue(Door& door);
  // Where doors wait for others' calls to end, each keeps an equal part of what there is: the end of one of its own
  // calls lets it make the next, and nobody has to be woken. So many more it may make of its part, as one of so many.
  int64_t LeftOfPart(const Door& door, size_t doors) const;
  // Whether it goes before all that wait so.
  bool GoesFirst(const Door& door, std::vector<Door*>::const_iterator place, size_t doors) const;
  void KeepPart(Door& door);
  // Wakes so many doors at the head of the queue, as far as they wait for that gate; all gates where it is kNone.
  void WakeFirst(int64_t count, Gate gate, const Door* asker);

  const Clock& clock_;
  const int64_t in_flight_limit_;
  mutable std::mutex mutex_;
  std::vector<Door*> doors_;
  std::vector<Door*> queue_;
  int64_t in_flight_ = 0;
  int64_t in_flight_max_ = 0;  // of this process
  RateGate requests_;
  RateGate tokens_;
};

}  // namespace penstock::call
