// Tells which of many timers is due first.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/clock.h"

namespace penstock::call {

// A heap with four children to a node, which knows where each timer is, so that those that are taken back leave nothing
// behind. Timers are numbered from 0 on; each is set at most once. Used by one thread.
class TimerHeap {
 public:
  bool empty() const { return heap_.empty(); }
  size_t size() const { return heap_.size(); }
  // Of the timer that is due first; there is one.
  Duration next_at() const { return heap_.front().at; }
  uint32_t next() const { return heap_.front().timer; }

  // The timer is not set.
  void Set(uint32_t timer, Duration at);
  // Does nothing where it is not set.
  void Remove(uint32_t timer);

 private:
  struct Entry {
    Duration at;
    uint32_t timer;
  };
  static bool Before(const Entry& one, const Entry& other) {
    return one.at != other.at ? one.at < other.at : one.timer < other.timer;
  }
  void Put(size_t place, Entry entry);
  void Rise(size_t place, Entry entry);
  void Sink(size_t place, Entry entry);

  std::vector<Entry> heap_;
  std::vector<uint32_t> places_;  // of each timer
};

}  // namespace penstock::call
