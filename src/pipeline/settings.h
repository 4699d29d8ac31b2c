// What a pipeline's file says besides expressions.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "config/problems.h"
#include "config/yaml.h"
#include "log/log.h"

namespace penstock {

struct Topics {
  std::vector<std::string> raw;
  std::optional<std::string> context;  // none: not written
  std::string outputs;
  std::string review;
  std::string dead;
};

struct Settings {
  std::string name;
  Topics topics;
  StartPosition start = AtStart{};
  bool create = true;
  bool exactly_once = true;
  Duration commit_interval = std::chrono::milliseconds(100);
  std::optional<std::string> local_log;  // the folder of the embedded log that the file names
  bool survives_power_loss = false;
};

// Of a validated file. What is wrong is added to `problems`.
Settings ReadSettings(const YamlNode& file, Problems& problems);

// The group in which a pipeline's workers read its raw topics.
std::string PrepareGroupOf(const std::string& pipeline);

}  // namespace penstock
