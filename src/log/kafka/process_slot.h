// A name that a process keeps over its restarts: part of its transactional ids, so that it ends at once what its
// predecessor left open.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "base/file_descriptor.h"
#include "base/result.h"

namespace penstock::kafka {

// 32 hexadecimal digits that nobody else has.
std::string RandomId();

// The first slot of a directory that no living process holds. Any thread.
class ProcessSlot {
 public:
  // The directory is made if it is missing. The slot is held until the last of those who share it ends: the log, and
  // its sessions, which may outlive it.
  static Result<std::shared_ptr<ProcessSlot>> Take(const std::string& directory);

  const std::string& id() const { return id_; }

  // The lowest number of `group` that is free, so that a restarted process has the same ones; held by whoever holds
  // the result.
  class Number {
   public:
    ~Number();
    Number(const Number&) = delete;
    Number& operator=(const Number&) = delete;
    int value() const { return value_; }

   private:
    friend class ProcessSlot;
    Number(std::shared_ptr<ProcessSlot> slot, std::string group, int value)
        : slot_(std::move(slot)), group_(std::move(group)), value_(value) {}
    const std::shared_ptr<ProcessSlot> slot_;
    const std::string group_;
    const int value_;
  };
  static std::unique_ptr<Number> TakeNumber(const std::shared_ptr<ProcessSlot>& slot, const std::string& group);

 private:
  ProcessSlot(FileDescriptor file, std::string id) : file_(std::move(file)), id_(std::move(id)) {}

  const FileDescriptor file_;  // locked
  const std::string id_;
  std::mutex mutex_;
  std::set<std::pair<std::string, int>> numbers_;
};

}  // namespace penstock::kafka
