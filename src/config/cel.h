// Expressions that stand in a file.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "config/problems.h"
#include "config/yaml.h"
#include "expr/environment.h"
#include "expr/program.h"

namespace penstock {

// What an expression has to give. Where its type is known only when it runs, it is looked at then.
enum class CelResult : uint8_t { kAny, kBool, kTimestamp, kString };

// Compiles the expression of a node, and says what is wrong with it, with its place in the file. Nothing where it is
// of no use.
std::optional<expr::Program> CompileCel(const YamlNode& node, CelResult result, expr::Environment& environment,
                                        Problems& problems);

}  // namespace penstock
