#include "log/local/write_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>

#include "log/local/database_error.h"
#include "log/local/directory.h"

namespace penstock::local {

Result<WriteLock> WriteLock::Open(const std::string& directory) {
  std::string path = LockPath(directory);
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  if (!file.valid()) return tl::unexpected<Error>(SystemError("open", path, errno));
  return WriteLock(std::move(path), std::move(file));
}

Result<WriteLock::Guard> WriteLock::Acquire() const {
  while (::flock(file_.get(), LOCK_EX) != 0)
    if (errno != EINTR) return tl::unexpected<Error>(SystemError("lock", path_, errno));
  return Guard(*this);
}

void WriteLock::Release() const { ::flock(file_.get(), LOCK_UN); }

void WriteLock::Ring() const {
  // That it was written is all that counts. Where it cannot be, on a full disk, watchers look by themselves.
  [[maybe_unused]] const ssize_t written = ::pwrite(file_.get(), "\n", 1, 0);
}

}  // namespace penstock::local
