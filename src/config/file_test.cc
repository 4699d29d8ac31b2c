#include "config/file.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/temporary_directory.h"

namespace penstock {
namespace {

class SmallFileTest : public testing::Test {
 protected:
  std::string Write(std::string_view text) {
    const std::string path = folder_.path() + "/file";
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  const TemporaryDirectory folder_;
};

TEST_F(SmallFileTest, IsReadWhole) {
  const std::string text = std::string(200'000, 'x') + std::string("\0\r\n", 3);
  EXPECT_EQ(ReadSmallFile(Write(text), text.size(), "the file").value(), text);
  EXPECT_EQ(ReadSmallFile(Write(""), 0, "the file").value(), "");
}

TEST_F(SmallFileTest, HasABound) {
  const Result<std::string> read = ReadSmallFile(Write("four"), 3, "the file");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::kLimit);
  EXPECT_NE(read.error().message.find("has more than 3 bytes"), std::string::npos);
  EXPECT_FALSE(ReadSmallFile("/dev/zero", 1 << 20, "the file"));
}

TEST_F(SmallFileTest, AFolderIsTheUsersMistake) {
  const Result<std::string> read = ReadSmallFile(folder_.path(), 100, "the file");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error(),
            (Error{ErrorKind::kInvalid, "cannot read the file '" + folder_.path() + "': Is a directory"}));
}

TEST_F(SmallFileTest, SaysWhichFileIsMissing) {
  const Result<std::string> read = ReadSmallFile("/nowhere/at/all", 100, "the secret's file");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "cannot read the secret's file '/nowhere/at/all': No such file or directory");
}

}  // namespace
}  // namespace penstock
