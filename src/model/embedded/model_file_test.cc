#include "model/embedded/model_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace penstock::embedded {
namespace {

TEST(ModelFile, IsReadWhole) {
  const std::string path = testing::TempDir() + "model_file_test.bin";
  std::ofstream(path, std::ios::binary) << std::string("a\0b\n", 4);
  EXPECT_EQ(ReadModelFile(path).value(), std::string("a\0b\n", 4));
  std::filesystem::remove(path);
}

TEST(ModelFile, ThatIsNoneIsNamed) {
  const std::string empty = testing::TempDir() + "model_file_test.empty";
  std::ofstream(empty).close();
  for (const std::string& path : {std::string("/nowhere/model.onnx"), testing::TempDir(), empty}) {
    const Result<std::string> file = ReadModelFile(path);
    ASSERT_FALSE(file);
    EXPECT_EQ(file.error().kind, ErrorKind::kInvalid);
    EXPECT_THAT(file.error().message, testing::HasSubstr(path));
  }
  std::filesystem::remove(empty);
}

}  // namespace
}  // namespace penstock::embedded
