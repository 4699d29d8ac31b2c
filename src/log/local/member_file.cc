#include "log/local/member_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/random.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <utility>

#include "log/local/database_error.h"
#include "log/local/directory.h"

namespace penstock::local {
namespace {

std::string PathOf(const std::string& directory, const std::string& uuid) {
  return MembersPath(directory) + "/" + uuid;
}

// 128 random bits, as hexadecimal digits.
Result<std::string> RandomUuid() {
  std::array<unsigned char, 16> bytes;
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()))
    return tl::unexpected<Error>(SystemError("read random bytes from", "getrandom", errno));
  std::string uuid;
  for (const unsigned char byte : bytes) {
    std::array<char, 3> digits;
    std::snprintf(digits.data(), digits.size(), "%02x", byte);
    uuid += digits.data();
  }
  return uuid;
}

}  // namespace

Result<MemberFile> MemberFile::Create(const std::string& directory, Duration expiry) {
  TRY_ASSIGN(std::string uuid, RandomUuid());
  std::string path = PathOf(directory, uuid);
  FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!file.valid()) return tl::unexpected<Error>(SystemError("create", path, errno));
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return tl::unexpected<Error>(SystemError("lock", path, errno));
  MemberFile member(std::move(uuid), std::move(path), std::move(file));
  TRY(member.Renew(expiry));
  return member;
}

MemberFile::~MemberFile() {
  if (file_.valid()) ::unlink(path_.c_str());
}

MemberFile& MemberFile::operator=(MemberFile&& other) noexcept {
  std::swap(uuid_, other.uuid_);
  std::swap(path_, other.path_);
  std::swap(file_, other.file_);
  return *this;
}

Result<void> MemberFile::Renew(Duration expiry) const {
  const int64_t nanos = expiry.count();
  if (::pwrite(file_.get(), &nanos, sizeof nanos, 0) == static_cast<ssize_t>(sizeof nanos)) return {};
  return tl::unexpected<Error>(SystemError("renew the lease in", path_, errno));
}

bool MemberFile::IsAlive(const std::string& directory, const std::string& uuid, Duration now) {
  const FileDescriptor file(::open(PathOf(directory, uuid).c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid()) return errno != ENOENT;  // what cannot be told is no reason to expel anyone
  if (::flock(file.get(), LOCK_SH | LOCK_NB) == 0) return false;
  int64_t expiry = 0;
  if (::pread(file.get(), &expiry, sizeof expiry, 0) != static_cast<ssize_t>(sizeof expiry)) return true;
  return now.count() < expiry;
}

void MemberFile::Remove(const std::string& directory, const std::string& uuid) {
  ::unlink(PathOf(directory, uuid).c_str());
}

}  // namespace penstock::local
