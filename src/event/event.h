// A record decoded and on its way through the pipeline.
#pragma once

#include <memory>
#include <span>

#include "base/arena.h"
#include "event/record.h"
#include "event/value.h"

namespace penstock {

class JsonDocument;

// Borrows from its record's bytes and from the arena of its batch. Its identity is record.source.
struct Event {
  Record record;
  const JsonDocument* document = nullptr;  // what `body` was parsed from; null where it came from no JSON
  Value body;                              // what expressions call `event`
  std::span<Value> added;                  // what steps added, by the number that the plan gave the name
};

// An event that owns its bytes, so that it can outlive its batch without holding the batch's fetch buffers. What it
// shared with its document it still shares: nothing is parsed again.
class DetachedEvent {
 public:
  static DetachedEvent Of(const Event& event);

  const Event& event() const { return event_; }
  size_t held_bytes() const { return arena_->held_bytes(); }

 private:
  DetachedEvent() = default;

  std::unique_ptr<Arena> arena_;  // on the heap, so that the event's pointers survive a move
  Event event_;
};

}  // namespace penstock
