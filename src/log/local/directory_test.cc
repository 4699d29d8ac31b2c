#include "log/local/directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/temporary_directory.h"

namespace penstock::local {
namespace {

using ::testing::HasSubstr;

TEST(Directory, CreatesWhatIsMissing) {
  const TemporaryDirectory temporary;
  const std::string path = temporary.path() + "/a/b";
  ASSERT_TRUE(PrepareDirectory(path));
  EXPECT_TRUE(std::filesystem::is_directory(path));
  ASSERT_TRUE(PrepareDirectory(path));
}

TEST(Directory, RefusesAFile) {
  const TemporaryDirectory temporary;
  const std::string path = temporary.path() + "/file";
  std::ofstream(path) << "x";
  const Result<void> prepared = PrepareDirectory(path);
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(prepared.error().message, HasSubstr(path));
}

// Not even the superuser creates a directory there.
TEST(Directory, NamesTheDirectoryThatItCannotCreate) {
  const Result<void> prepared = PrepareDirectory("/proc/penstock-log");
  ASSERT_FALSE(prepared);
  EXPECT_EQ(prepared.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(prepared.error().message, HasSubstr("/proc/penstock-log"));
}

TEST(Directory, KnowsNetworkFileSystems) {
  EXPECT_EQ(NetworkFileSystem(0x6969), "NFS");
  EXPECT_EQ(NetworkFileSystem(0xFF534D42), "CIFS");
  EXPECT_EQ(NetworkFileSystem(0xEF53), "");      // ext4
  EXPECT_EQ(NetworkFileSystem(0x01021994), "");  // tmpfs
  EXPECT_TRUE(IsNetworkFuse("fuse.sshfs"));
  EXPECT_FALSE(IsNetworkFuse("fuse.ntfs-3g"));
  EXPECT_FALSE(IsNetworkFuse("fuseblk"));
}

}  // namespace
}  // namespace penstock::local
