#include "admin/admin_pages.h"

#include <gtest/gtest.h>

#include "base/temporary_directory.h"
#include "log/local/local_log.h"

namespace penstock {
namespace {

constexpr std::string_view kToken = "0123456789abcdef";

AdminSource SourceWith(const EngineHealth& health) {
  return {[] { return std::string("metrics"); }, [health] { return health; }};
}

AdminReply Get(std::string_view path, const EngineHealth& health = {}) {
  return Answer({"GET", path, ""}, "", SourceWith(health));
}

TEST(AdminPages, TellMetricsHealthAndReadiness) {
  EXPECT_EQ(Get("/metrics").status, 200);
  EXPECT_EQ(Get("/metrics").body, "metrics");
  EXPECT_EQ(Get("/metrics").media_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(Get("/healthz").status, 200);
  EXPECT_EQ(Get("/readyz").status, 200);
  EXPECT_EQ(Get("/").status, 404);
  EXPECT_EQ(Get("/metrics/").status, 404);
}

TEST(AdminPages, AreHealthyButNotReadyWhileStopping) {
  const EngineHealth stopping{.stopping = true, .ended = false, .failure = {}};
  EXPECT_EQ(Get("/healthz", stopping).status, 200);
  EXPECT_EQ(Get("/readyz", stopping).status, 503);
  EXPECT_EQ(Get("/readyz", stopping).body, "stopping\n");
  const EngineHealth ended{.stopping = true, .ended = true, .failure = {}};
  EXPECT_EQ(Get("/readyz", ended).body, "all workers have ended\n");
}

TEST(AdminPages, AreNeitherOnceAWorkerHasFailed) {
  const EngineHealth failed{
      .stopping = true, .ended = false, .failure = Error{ErrorKind::kUnavailable, "the disk is full"}};
  for (const char* path : {"/healthz", "/readyz"}) {
    EXPECT_EQ(Get(path, failed).status, 503);
    EXPECT_EQ(Get(path, failed).body, "a worker has failed: the disk is full\n");
  }
}

TEST(AdminPages, AnswerGetAndHeadOnly) {
  EXPECT_EQ(Answer({"HEAD", "/healthz", ""}, "", SourceWith({})).status, 200);
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"})
    EXPECT_EQ(Answer({method, "/healthz", ""}, "", SourceWith({})).status, 405) << method;
}

TEST(AdminPages, TellNothingWithoutTheToken) {
  const auto status = [](std::string_view path, std::string_view authorization) {
    return Answer({"GET", path, authorization}, kToken, SourceWith({})).status;
  };
  for (const char* path : {"/metrics", "/healthz", "/readyz", "/nothing"}) {
    for (const char* wrong : {"", "Bearer", "Bearer ", "Bearer 0123456789abcdeF", "Bearer 0123456789abcdef0",
                              "Basic 0123456789abcdef", "0123456789abcdef", "Bearer  0123456789abcdef"})
      EXPECT_EQ(status(path, wrong), 401) << path << " " << wrong;
  }
  EXPECT_EQ(status("/metrics", "Bearer 0123456789abcdef"), 200);
  EXPECT_EQ(status("/metrics", "bearer 0123456789abcdef"), 200);
}

constexpr std::string_view kPipeline = R"yaml(pipeline: shop
topics: { context: off }
route: [{ to: none }]
emit: { n: event.n }
)yaml";

TEST(AdminSource, IsThatOfARunningEngine) {
  const TemporaryDirectory directory;
  const Logger logger(
      {}, [](std::string_view) {}, RealClock());
  local::LocalLogOptions log_options;
  log_options.directory = directory.path();
  const Result<std::unique_ptr<Log>> log = local::OpenLocalLog(log_options);
  ASSERT_TRUE(log);
  const PipelineFile file = CompilePipeline("shop.yaml", std::string(kPipeline), nullptr);
  ASSERT_NE(file.plan, nullptr);
  const Result<std::unique_ptr<Engine>> engine = Engine::Start(*file.plan, **log, {}, RealClock(), logger);
  ASSERT_TRUE(engine);
  const AdminSource source = SourceOf(**engine, "1.2.3", logger);
  EXPECT_EQ(Answer({"GET", "/readyz", ""}, "", source).body, "ready\n");
  const std::string metrics = Answer({"GET", "/metrics", ""}, "", source).body;
  EXPECT_NE(metrics.find("\npenstock_records_total{pipeline=\"shop\"} 0\n"), std::string::npos);
  EXPECT_NE(metrics.find("version=\"1.2.3\""), std::string::npos);
  (*engine)->RequestStop();
  EXPECT_EQ(Answer({"GET", "/readyz", ""}, "", source).status, 503);
  EXPECT_TRUE((*engine)->Join());
  EXPECT_EQ(Answer({"GET", "/readyz", ""}, "", source).body, "all workers have ended\n");
  EXPECT_EQ(Answer({"GET", "/healthz", ""}, "", source).status, 200);
}

}  // namespace
}  // namespace penstock
