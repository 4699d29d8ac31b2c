#include "model/call/timer_heap.h"

#include <algorithm>
#include <cassert>

namespace penstock::call {
namespace {

constexpr size_t kChildren = 4;
constexpr uint32_t kNowhere = UINT32_MAX;

}  // namespace

void TimerHeap::Set(uint32_t timer, Duration at) {
  if (timer >= places_.size()) places_.resize(size_t{timer} + 1, kNowhere);
  assert(places_[timer] == kNowhere);
  heap_.push_back({});
  Rise(heap_.size() - 1, {at, timer});
}

void TimerHeap::Remove(uint32_t timer) {
  if (timer >= places_.size() || places_[timer] == kNowhere) return;
  const size_t place = places_[timer];
  places_[timer] = kNowhere;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (place == heap_.size()) return;
  if (place > 0 && Before(last, heap_[(place - 1) / kChildren])) {
    Rise(place, last);
  } else {
    Sink(place, last);
  }
}

void TimerHeap::Put(size_t place, Entry entry) {
  heap_[place] = entry;
  places_[entry.timer] = static_cast<uint32_t>(place);
}

void TimerHeap::Rise(size_t place, Entry entry) {
  while (place > 0 && Before(entry, heap_[(place - 1) / kChildren])) {
    Put(place, heap_[(place - 1) / kChildren]);
    place = (place - 1) / kChildren;
  }
  Put(place, entry);
}

void TimerHeap::Sink(size_t place, Entry entry) {
  for (;;) {
    const size_t first = place * kChildren + 1;
    if (first >= heap_.size()) break;
    size_t least = first;
    for (size_t child = first + 1; child < std::min(first + kChildren, heap_.size()); ++child)
      if (Before(heap_[child], heap_[least])) least = child;
    if (!Before(heap_[least], entry)) break;
    Put(place, heap_[least]);
    place = least;
  }
  Put(place, entry);
}

}  // namespace penstock::call
