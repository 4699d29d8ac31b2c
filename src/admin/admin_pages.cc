#include "admin/admin_pages.h"

#include <strings.h>

#include <string>

#include "admin/metrics_text.h"

namespace penstock {
namespace {

// Takes as long whatever the first difference is. The length of the token is no secret.
bool AreEqual(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  volatile unsigned char difference = 0;
  for (size_t i = 0; i < a.size(); ++i)
    difference = static_cast<unsigned char>(difference | (static_cast<unsigned char>(a[i] ^ b[i])));
  return difference == 0;
}

bool IsAllowed(std::string_view authorization, std::string_view token) {
  constexpr std::string_view kScheme = "Bearer ";  // in any case: RFC 7235, section 2.1
  if (token.empty()) return true;
  if (authorization.size() < kScheme.size()) return false;
  if (strncasecmp(authorization.data(), kScheme.data(), kScheme.size()) != 0) return false;
  return AreEqual(authorization.substr(kScheme.size()), token);
}

AdminReply Text(int status, std::string text) { return {.status = status, .body = std::move(text) + "\n"}; }

AdminReply HealthReply(const EngineHealth& health) {
  return health.failure ? Text(503, "a worker has failed: " + health.failure->message) : Text(200, "ok");
}

AdminReply ReadyReply(const EngineHealth& health) {
  if (health.failure) return HealthReply(health);
  if (health.ended) return Text(503, "all workers have ended");
  return health.stopping ? Text(503, "stopping") : Text(200, "ready");
}

}  // namespace

AdminSource SourceOf(const Engine& engine, std::string_view version, const Logger& logger) {
  const auto metrics = [&engine, version] {
    return MetricsText({engine.plan(), engine.Snapshot(), engine.Models(), ReadProcessStats(), version});
  };
  const auto health = [&engine, &logger] {
    EngineHealth state = engine.Health();
    if (state.failure) state.failure->message = logger.redactor().Redact(state.failure->message);
    return state;
  };
  return {metrics, health};
}

AdminReply Answer(const AdminRequest& request, std::string_view token, const AdminSource& source) {
  if (!IsAllowed(request.authorization, token)) return Text(401, "the token is missing or wrong");
  if (request.method != "GET" && request.method != "HEAD") return Text(405, "only GET and HEAD are answered");
  if (request.path == "/metrics") return {.status = 200, .media_type = kMetricsMediaType, .body = source.metrics()};
  if (request.path == "/healthz") return HealthReply(source.health());
  if (request.path == "/readyz") return ReadyReply(source.health());
  return Text(404, "there is /metrics, /healthz and /readyz");
}

}  // namespace penstock
