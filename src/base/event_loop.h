// Waits for many descriptors at once.
#pragma once

#include <poll.h>

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/result.h"

namespace penstock {

// Who wants to know when a descriptor is ready.
class DescriptorWatcher {
 public:
  virtual ~DescriptorWatcher() = default;
  // `events` are epoll's: EPOLLIN, EPOLLOUT, EPOLLERR, EPOLLHUP.
  virtual void OnReady(int descriptor, uint32_t events) = 0;
};

// Used by one thread, but for Wake().
class EventLoop final : private DescriptorWatcher {
 public:
  static Result<std::unique_ptr<EventLoop>> Make();

  // Tells `watcher` from now on, in place of who was told before; without one, the descriptor only ends a Wait. Both
  // outlive the watch.
  Result<void> Watch(int descriptor, uint32_t events, DescriptorWatcher* watcher);
  // The same of a descriptor that WaitForUrgent() tells of, too, when it can be read.
  Result<void> WatchUrgent(int descriptor, DescriptorWatcher* watcher);
  // Before the descriptor is closed. Does nothing where it is not watched.
  void Forget(int descriptor);
  // As Forget(), for a descriptor that will likely be watched in the same way again: then that costs nothing. To be
  // forgotten before it is closed.
  void Park(int descriptor);

  // Waits at most so long for one of the descriptors, or for Wake(), and tells those who watch what is ready.
  void Wait(Duration wait);

  // The same of urgent descriptors and Wake() alone: what else is ready is left for the next Wait.
  void WaitForUrgent(Duration wait);

  // Any thread: ends the present Wait, or else the next.
  void Wake();

 private:
  struct Watched {
    DescriptorWatcher* watcher;
    uint32_t number;  // tells watches of one descriptor apart
    uint32_t events;
    bool parked;  // nobody watches, and the kernel does not know yet
  };

  EventLoop(FileDescriptor epoll, FileDescriptor wake) : epoll_(std::move(epoll)), wake_(std::move(wake)) {}
  void OnReady(int descriptor, uint32_t events) override;
  static uint64_t KeyOf(int descriptor, uint32_t number) {
    return (uint64_t{number} << 32) | static_cast<uint32_t>(descriptor);
  }

  FileDescriptor epoll_;
  FileDescriptor wake_;
  std::unordered_map<int, Watched> watched_;
  std::vector<pollfd> urgent_;
  uint32_t watches_ = 0;
};

}  // namespace penstock
