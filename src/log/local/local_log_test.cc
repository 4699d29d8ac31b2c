#include "log/local/local_log.h"

#include "base/temporary_directory.h"
#include "log/log_conformance.h"
#include "log/pause_conformance.h"

namespace penstock::conformance {

class LocalPlace final : public LogPlace {
 public:
  std::unique_ptr<Log> Open() override {
    Result<std::unique_ptr<Log>> log = local::OpenLocalLog({.directory = directory_.path()});
    EXPECT_TRUE(log) << log.error().message;
    return log ? *std::move(log) : nullptr;
  }

 private:
  TemporaryDirectory directory_;
};

INSTANTIATE_TEST_SUITE_P(Local, LogConformance, ::testing::Values([]() -> std::unique_ptr<LogPlace> {
                           return std::make_unique<LocalPlace>();
                         }));

}  // namespace penstock::conformance
