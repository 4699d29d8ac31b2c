#include "config/secret.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>

namespace penstock {
namespace {

TEST(Secret, ComesFromTheEnvironment) {
  setenv("PENSTOCK_TEST_SECRET", "s3cret", 1);
  EXPECT_EQ(ReadSecret("${env:PENSTOCK_TEST_SECRET}", "").value(), "s3cret");
  unsetenv("PENSTOCK_TEST_SECRET");
  const Result<std::string> missing = ReadSecret("${env:PENSTOCK_TEST_SECRET}", "");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "the environment variable PENSTOCK_TEST_SECRET is not set");
}

TEST(Secret, ComesFromAFileBesideThePipeline) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "secret_test";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "key") << "s3cret\n";
  std::ofstream(folder / "empty") << "\n";
  EXPECT_EQ(ReadSecret("${file:key}", folder.string()).value(), "s3cret");
  EXPECT_EQ(ReadSecret("${file:" + (folder / "key").string() + "}", "/nowhere").value(), "s3cret");
  EXPECT_FALSE(ReadSecret("${file:empty}", folder.string()));
  EXPECT_FALSE(ReadSecret("${file:absent}", folder.string()));
  std::filesystem::remove_all(folder);
}

TEST(Secret, IsNeverAPlainText) {
  const Result<std::string> plain = ReadSecret("hunter2", "");
  ASSERT_FALSE(plain);
  EXPECT_EQ(plain.error().message.find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace penstock
