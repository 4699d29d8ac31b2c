// Everything that can be measured of a running pipeline, for Prometheus.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "admin/process_stats.h"
#include "pipeline/engine.h"
#include "pipeline/plan.h"

namespace penstock {

// All at one moment. The plan and the version are borrowed.
struct MetricsInput {
  const Plan& plan;
  EngineSnapshot engine;
  std::vector<ModelSnapshot> models;
  ProcessStats process;
  std::string_view version;  // the program's
};

// What GET /metrics answers, and its media type.
std::string MetricsText(const MetricsInput& input);
inline constexpr std::string_view kMetricsMediaType = "text/plain; version=0.0.4; charset=utf-8";

// The page docs/metrics.md, of the same table that the text is made from.
std::string MetricsReference();

}  // namespace penstock
