// The calls of one worker to one model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory_resource>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "model/call/attempt.h"
#include "model/call/caller.h"
#include "model/call/endpoint_set.h"

namespace penstock::call {

using Slot = uint32_t;
inline constexpr Slot kNoSlot = UINT32_MAX;

struct Call {
  enum class State : uint8_t {
    kFresh,    // waits for its first attempt
    kDue,      // waits for a further one
    kPausing,  // waits until that is due
    kCalling,  // an attempt is under way
    kEnded,    // its outcome has come, and nobody has looked at it
  };

  CallId id = 0;
  State state = State::kFresh;
  Slot previous = kNoSlot;  // in its queue
  Slot next = kNoSlot;
  std::string payload;
  int64_t tokens = 0;
  Duration started{};
  Duration first_permit{};
  Duration left{};  // of the deadline
  // The last attempt.
  AttemptId attempt = 0;
  EndpointSet::Choice choice;
  Duration began{};
  Duration ended{};
  uint32_t arrival = 0;       // where its outcome stands
  uint32_t begun = 0;         // attempts
  uint32_t attempts = 0;      // of those, the ones that count
  uint32_t pauses = 0;        // between them, of the back-off
  bool is_told_when = false;  // where it pauses: because the provider said for how long
  Usage usage;
  std::string reason;  // why the last attempt failed
  std::string message;
};

// Numbers calls by slots, which are used again. References to calls stay valid. Used by one thread.
class CallTable {
 public:
  // The id is not in use.
  Slot Add(CallId id);
  Slot Find(CallId id) const;  // or kNoSlot
  void Remove(Slot slot);

  size_t size() const { return slots_.size(); }
  // Whether there ever was a call in it.
  bool Has(Slot slot) const { return slot < calls_.size(); }
  Call& operator[](Slot slot) { return calls_[slot]; }
  const Call& operator[](Slot slot) const { return calls_[slot]; }
  // The slot of each call that is there.
  std::vector<Slot> Slots() const;

 private:
  std::deque<Call> calls_;
  std::vector<Slot> free_;
  // The pool keeps the nodes of calls that ended for those to come.
  std::pmr::unsynchronized_pool_resource nodes_;
  std::pmr::unordered_map<CallId, Slot> slots_{&nodes_};
};

// First in, first out; leaves by any place. A call is in one queue at most.
class CallQueue {
 public:
  explicit CallQueue(CallTable& calls) : calls_(&calls) {}

  bool empty() const { return first_ == kNoSlot; }
  Slot front() const { return first_; }
  size_t size() const { return size_; }
  void Push(Slot slot);
  void Remove(Slot slot);

 private:
  CallTable* calls_;
  Slot first_ = kNoSlot;
  Slot last_ = kNoSlot;
  size_t size_ = 0;
};

}  // namespace penstock::call
