// Any value of a file, as JSON.
#pragma once

#include <string>

#include "config/yaml.h"

namespace penstock {

// Plain scalars are null, true, false and numbers where they look like them (YAML's core schema), else texts.
std::string JsonOf(const YamlNode& node);

}  // namespace penstock
