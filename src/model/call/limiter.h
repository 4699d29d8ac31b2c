// How many calls a model may get.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "base/clock.h"
#include "model/call/attempt.h"
#include "model/call/call_policy.h"

namespace penstock {

enum class Gate : uint8_t { kNone, kInFlight, kRequests, kTokens, kProvider };

// One worker's way to a limiter. Used by that worker's thread; ends before the limiter.
class LimiterDoor {
 public:
  virtual ~LimiterDoor() = default;

  struct Answer {
    bool permitted = false;
    Gate gate = Gate::kNone;       // what has to open
    std::optional<Duration> wait;  // when to ask again; without one, the wake function is called
  };
  // Asks for one attempt that is thought to take so many tokens. Who is refused keeps its place in the queue of
  // workers until it is permitted or withdraws. Who was permitted asks again, or withdraws: others may wait for what it
  // leaves.
  virtual Answer Ask(int64_t tokens) = 0;
  virtual void Withdraw() = 0;
  // An attempt that was permitted has ended. `used`: the tokens that it took, where the provider said so.
  virtual void Release(int64_t estimated, std::optional<int64_t> used) = 0;
  virtual void Learn(const Quota& quota) = 0;
  // This worker's part of all partitions, between 0 and 1. Without one, nothing is permitted, and no place is kept.
  virtual void SetShare(double share) = 0;
  // Whether this process has more attempts in flight than its part allows, since that has become smaller.
  virtual bool IsAboveShare() const = 0;
};

// Shared by the workers of one process, each with a door of its own. Any thread makes doors.
class Limiter {
 public:
  virtual ~Limiter() = default;
  // `clock` outlives the limiter.
  static std::unique_ptr<Limiter> Make(const CallLimits& limits, const Clock& clock);
  // `wake` is called by any thread when asking may be worth it, but not for what the door itself brought about, nor
  // after its end. It does not call the limiter. The door's share is 0 until it is set: nothing is permitted.
  virtual std::unique_ptr<LimiterDoor> NewDoor(std::function<void()> wake) = 0;
  // Of this process, now.
  virtual int64_t in_flight() const = 0;
};

}  // namespace penstock
