#include "model/embedded/onnx_runtime.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace penstock::embedded {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(OnnxRuntime, IsOneForTheWholeProcess) {
  const Result<const OnnxRuntime*> first = OnnxRuntime::Get();
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(*OnnxRuntime::Get(), *first);
  EXPECT_THAT((*first)->version(), HasSubstr("1."));
}

TEST(OnnxRuntime, LooksBesideTheProgramFirst) {
  const std::vector<std::string> candidates = OnnxRuntime::Candidates(nullptr, "/opt/x");
  ASSERT_EQ(candidates.size(), 4U);
  EXPECT_EQ(candidates[0], "/opt/x/libonnxruntime.so.1");
  EXPECT_EQ(candidates[1], "/opt/x/lib/libonnxruntime.so.1");
  EXPECT_EQ(candidates[3], "libonnxruntime.so.1");
}

TEST(OnnxRuntime, TakesTheFileThatTheUserNamesAndNoOther) {
  EXPECT_THAT(OnnxRuntime::Candidates("/a/b.so", "/opt/x"), ElementsAre("/a/b.so"));
  EXPECT_EQ(OnnxRuntime::Candidates("", "/opt/x").size(), 4U);
}

TEST(OnnxRuntime, SaysWhatToDoWhenThereIsNone) {
  const Result<const OnnxRuntime*> loaded = OnnxRuntime::Load({"/nowhere/a.so", "/nowhere/b.so"});
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().kind, ErrorKind::kUnavailable);
  EXPECT_THAT(loaded.error().message, HasSubstr("PENSTOCK_ONNXRUNTIME"));
  EXPECT_THAT(loaded.error().message, HasSubstr("/nowhere/b.so"));
}

TEST(OnnxRuntime, RefusesALibraryThatIsNone) {
  const Result<const OnnxRuntime*> loaded = OnnxRuntime::Load({"libc.so.6"});
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().message, HasSubstr("OrtGetApiBase"));
}

TEST(OnnxRuntime, GivesReasonsOfFailures) {
  const OnnxRuntime& runtime = **OnnxRuntime::Get();
  EXPECT_TRUE(runtime.Check(nullptr, "do it"));
  const Result<void> failed = runtime.Check(runtime.api().CreateStatus(ORT_FAIL, "too late"), "do it");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::kInternal);
  EXPECT_EQ(failed.error().message, "ONNX Runtime could not do it: too late");
}

}  // namespace
}  // namespace penstock::embedded
