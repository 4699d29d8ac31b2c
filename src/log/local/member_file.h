// How a member of a group shows that it is alive: a locked file of its own, with a lease in it.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/file_descriptor.h"
#include "base/result.h"

namespace penstock::local {

// The file DIR/members/UUID. The kernel unlocks it when its process dies, at whatever moment. The lease is for
// processes that are stopped: whoever does not renew it in time is expelled. It stands here and not in the database, so
// that a writer who is slow, or stopped, keeps nobody from renewing.
//
// Leases are in monotonic time. On Linux that is the same for all processes of a machine, does not jump when someone
// sets the clock, and stands still while the machine sleeps, as the members do. It begins anew with the machine, but
// then no file is locked any more.
class MemberFile {
 public:
  // A new member, whose lease runs until `expiry`.
  static Result<MemberFile> Create(const std::string& directory, Duration expiry);

  // Removes the file.
  ~MemberFile();
  MemberFile(MemberFile&&) noexcept = default;
  MemberFile& operator=(MemberFile&& other) noexcept;

  const std::string& uuid() const { return uuid_; }
  Result<void> Renew(Duration expiry) const;

  // Whether the member `uuid`, which is not the caller, is alive at the time `now`.
  static bool IsAlive(const std::string& directory, const std::string& uuid, Duration now);
  // Of a dead member.
  static void Remove(const std::string& directory, const std::string& uuid);

 private:
  MemberFile(std::string uuid, std::string path, FileDescriptor file)
      : uuid_(std::move(uuid)), path_(std::move(path)), file_(std::move(file)) {}

  std::string uuid_;
  std::string path_;
  FileDescriptor file_;
};

}  // namespace penstock::local
