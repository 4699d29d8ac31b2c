#include "log/local/directory.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "log/local/database_error.h"

namespace penstock::local {
namespace {

// Numbers of statfs(2) and of the kernel's sources.
constexpr std::array<std::pair<uint64_t, std::string_view>, 13> kNetworkFileSystems = {{
    {0x6969, "NFS"},
    {0x517B, "SMB"},
    {0xFF534D42, "CIFS"},
    {0xFE534D42, "SMB2"},
    {0x01021997, "9P"},
    {0x5346414F, "AFS"},
    {0x6B414653, "kAFS"},
    {0x73757245, "Coda"},
    {0x00C36400, "Ceph"},
    {0x0BD00BD0, "Lustre"},
    {0x01161970, "GFS2"},
    {0x7461636F, "OCFS2"},
    {0x47504653, "GPFS"},
}};

constexpr uint64_t kFuse = 0x65735546;
constexpr std::array<std::string_view, 20> kNetworkFuses = {
    "sshfs",     "s3fs",     "mount-s3",  "goofys",    "gcsfuse",     "rclone", "glusterfs",
    "ceph-fuse", "ceph",     "davfs2",    "smbnetfs",  "juicefs",     "mfs",    "moosefs",
    "seaweedfs", "blobfuse", "blobfuse2", "curlftpfs", "vmhgfs-fuse", "hdfs"};

// The type of what is mounted under a number, by the list of mounts; empty where it is not there.
std::string MountType(dev_t device) {
  std::ifstream mounts("/proc/self/mountinfo");
  const std::string number = std::to_string(major(device)) + ":" + std::to_string(minor(device));
  std::string line;
  while (std::getline(mounts, line)) {
    std::istringstream words(line);
    std::string word;
    words >> word >> word >> word;  // id, parent, number
    if (word != number) continue;
    while (words >> word && word != "-") {
    }
    words >> word;
    return word;
  }
  return {};
}

std::string_view NetworkFileSystemOf(const std::string& directory, uint64_t magic) {
  struct stat status {};
  if (magic == kFuse && ::stat(directory.c_str(), &status) == 0 && IsNetworkFuse(MountType(status.st_dev)))
    return "FUSE";
  return NetworkFileSystem(magic);
}

Result<void> CreateDirectory(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  struct stat status {};
  if (::stat(directory.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return {};
    return Invalid("the log's directory '" + directory + "' is a file; give the path of a directory");
  }
  const int cause = error ? error.value() : errno;
  return tl::unexpected<Error>(SystemError("create the log's directory", directory, cause));
}

}  // namespace

std::string_view NetworkFileSystem(uint64_t magic) {
  for (const auto& [number, name] : kNetworkFileSystems)
    if (number == magic) return name;
  return {};
}

bool IsNetworkFuse(std::string_view type) {
  constexpr std::string_view kPrefix = "fuse.";
  if (!type.starts_with(kPrefix)) return false;
  type.remove_prefix(kPrefix.size());
  return std::find(kNetworkFuses.begin(), kNetworkFuses.end(), type) != kNetworkFuses.end();
}

Result<void> PrepareDirectory(const std::string& directory) {
  TRY(CreateDirectory(directory));
  TRY(CreateDirectory(MembersPath(directory)));
  struct statfs status {};
  if (::statfs(directory.c_str(), &status) != 0)
    return tl::unexpected<Error>(SystemError("examine the file system of", directory, errno));
  // The field is signed, and some numbers need its highest bit.
  const std::string_view network = NetworkFileSystemOf(directory, static_cast<uint32_t>(status.f_type));
  if (network.empty()) return {};
  return Fail(ErrorKind::kUnavailable, "the log's directory '" + directory + "' is on a file system of type " +
                                           std::string(network) +
                                           ", where the locks of a log do not hold; give a directory on a local disk, "
                                           "or use Kafka to share a log between machines");
}

}  // namespace penstock::local
