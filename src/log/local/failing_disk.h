// For tests: a disk under SQLite that is full from some write on.
#pragma once

#include <sqlite3.h>

#include <array>
#include <atomic>

namespace penstock::local {

// While it lives, all databases that are opened go through it. One at a time; its databases are closed before it ends.
class FailingDisk {
 public:
  FailingDisk() : below_(sqlite3_vfs_find(nullptr)), vfs_(*below_) {
    vfs_.zName = "failing-disk";
    vfs_.xOpen = OpenFile;
    vfs_.pNext = nullptr;
    disk = this;
    sqlite3_vfs_register(&vfs_, 1);
  }
  ~FailingDisk() { sqlite3_vfs_unregister(&vfs_); }
  FailingDisk(const FailingDisk&) = delete;
  FailingDisk& operator=(const FailingDisk&) = delete;

  // The n-th write from now on fails, and all behind it, until there is room again.
  void FailFromWrite(int n) { left_ = n; }
  void Heal() { left_ = -1; }

 private:
  // Those of a kind of file, with another way to write.
  struct Methods {
    sqlite3_io_methods ours;  // the first member: files point at it
    const sqlite3_io_methods* original;
  };

  static int OpenFile(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    const int code = disk->below_->xOpen(disk->below_, name, file, flags, out_flags);
    if (file->pMethods != nullptr) file->pMethods = &disk->MethodsOver(file->pMethods).ours;
    return code;
  }

  static int Write(sqlite3_file* file, const void* bytes, int size, sqlite3_int64 offset) {
    if (disk->left_ > 0) --disk->left_;
    if (disk->left_ == 0) return SQLITE_FULL;
    return reinterpret_cast<const Methods*>(file->pMethods)->original->xWrite(file, bytes, size, offset);
  }

  Methods& MethodsOver(const sqlite3_io_methods* original) {
    size_t i = 0;
    while (methods_.at(i).original != nullptr && methods_[i].original != original) ++i;
    methods_[i].ours = *original;
    methods_[i].ours.xWrite = Write;
    methods_[i].original = original;
    return methods_[i];
  }

  static inline FailingDisk* disk = nullptr;
  sqlite3_vfs* below_;
  sqlite3_vfs vfs_;
  std::array<Methods, 8> methods_{};
  std::atomic<int> left_{-1};  // -1: no write fails; 0: all do
};

}  // namespace penstock::local
