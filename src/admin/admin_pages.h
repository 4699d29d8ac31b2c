// What the admin server answers, whatever carries it.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/log.h"
#include "pipeline/engine.h"

namespace penstock {

// Borrows.
struct AdminRequest {
  std::string_view method;
  std::string_view path;
  std::string_view authorization;  // the header; empty where there is none
};

struct AdminReply {
  int status = 200;
  std::string_view media_type = "text/plain; charset=utf-8";
  std::string body;
};

// Where the pages come from; called by any thread, by several at once.
struct AdminSource {
  std::function<std::string()> metrics;
  std::function<EngineHealth()> health;  // failures without secrets
};

// Of a running engine. All are borrowed, as long as the source is used.
AdminSource SourceOf(const Engine& engine, std::string_view version, const Logger& logger);

// GET or HEAD of /metrics, /healthz, /readyz. With a `token`, whoever does not have it learns nothing.
AdminReply Answer(const AdminRequest& request, std::string_view token, const AdminSource& source);

}  // namespace penstock
