// A descriptor that is readable when there may be something new.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/result.h"

namespace penstock::local {

// Readable after Signal(), after any writer of the log has rung (WriteLock::Ring), and every 100 ms, which serves where
// the system has no watches left. Signal() may be called by any thread, the rest by one.
class Waker {
 public:
  static Result<Waker> Open(const std::string& directory);

  int descriptor() const { return epoll_.get(); }
  void Signal() const;
  // Makes it unreadable. To be called before one looks for what is new, not after.
  void Drain() const;
  // Until it is readable, or so long.
  void Wait(Duration wait) const;

 private:
  Waker() = default;

  FileDescriptor epoll_;
  FileDescriptor event_;
  FileDescriptor timer_;
  FileDescriptor watch_;  // invalid where the system has no watches left
};

}  // namespace penstock::local
