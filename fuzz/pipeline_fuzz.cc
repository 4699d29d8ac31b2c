// Pipeline files: whatever the text, it is either refused with places, or becomes a plan whose tests can be run. Models
// are not loaded: none is there.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "pipeline/plan.h"
#include "pipeline/test_runner.h"

namespace penstock {
namespace {

void Check(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

Result<std::unique_ptr<Model>> NoModel(const ModelFile& file) { return Invalid("no model " + file.path); }

void Try(std::string_view text) {
  const PipelineFile file = CompilePipeline("fuzz.yaml", std::string(text), NoModel);
  Check((file.plan == nullptr) == file.problems.has_errors(), "a plan and errors, or neither");
  Check(!file.problems.has_errors() || file.problems.Text().starts_with("fuzz.yaml:"), "an error without a place");
  if (file.plan != nullptr) Check(RunTests(file).has_value(), "tests that cannot be run");
}

}  // namespace
}  // namespace penstock

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  penstock::Try({reinterpret_cast<const char*>(data), size});
  return 0;
}
