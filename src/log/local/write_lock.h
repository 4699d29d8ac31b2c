// How the writers of one log take turns, in all processes, and how they wake those who wait for records.
#pragma once

#include <string>
#include <utility>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace penstock::local {

// An flock on the file log.lock. SQLite has a lock of its own, but whoever finds that taken sleeps and tries again;
// here the kernel queues. A process that is stopped while it writes makes the others wait: SQLite's lock cannot be
// taken from it either. One writer uses it at a time; each writer has its own.
class WriteLock {
 public:
  static Result<WriteLock> Open(const std::string& directory);

  // Held from Acquire() to its end.
  class Guard {
   public:
    explicit Guard(const WriteLock& lock) : lock_(&lock) {}
    Guard(Guard&& other) noexcept : lock_(std::exchange(other.lock_, nullptr)) {}
    Guard& operator=(Guard&&) = delete;
    ~Guard() {
      if (lock_ != nullptr) lock_->Release();
    }

   private:
    const WriteLock* lock_;
  };

  // Waits for its turn.
  Result<Guard> Acquire() const;

  // Wakes everyone who watches the file (Bell), in this and in other processes.
  void Ring() const;

 private:
  WriteLock(std::string path, FileDescriptor file) : path_(std::move(path)), file_(std::move(file)) {}
  void Release() const;

  std::string path_;
  FileDescriptor file_;
};

}  // namespace penstock::local
