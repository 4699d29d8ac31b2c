// A file descriptor that closes itself.
#pragma once

#include <unistd.h>

#include <utility>

namespace penstock {

class FileDescriptor {
 public:
  explicit FileDescriptor(int descriptor = -1) : descriptor_(descriptor) {}
  ~FileDescriptor() { Close(); }
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      Close();
      descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
  }

  int get() const { return descriptor_; }
  bool valid() const { return descriptor_ >= 0; }
  // The caller's from now on.
  int Release() { return std::exchange(descriptor_, -1); }

 private:
  void Close() const {
    if (valid()) ::close(descriptor_);
  }

  int descriptor_;
};

}  // namespace penstock
