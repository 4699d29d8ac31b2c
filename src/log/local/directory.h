// The directory that a log lives in, and what is where in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock::local {

inline std::string DatabasePath(const std::string& directory) { return directory + "/log.db"; }
inline std::string LockPath(const std::string& directory) { return directory + "/log.lock"; }
inline std::string MembersPath(const std::string& directory) { return directory + "/members"; }

// Creates the directory where it is missing, with those above it. Refuses file systems on which locks and shared memory
// do not hold between machines.
Result<void> PrepareDirectory(const std::string& directory);

// The name of a network file system by its number in statfs(2); empty for others, and for those of FUSE.
std::string_view NetworkFileSystem(uint64_t magic);

// Whether it is one by its type among the mounts, such as "fuse.sshfs".
bool IsNetworkFuse(std::string_view type);

}  // namespace penstock::local
