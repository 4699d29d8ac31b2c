#include "pipeline/expression_limits.h"

#include <cstdint>
#include <string>

#include "config/units.h"

namespace penstock {
namespace {

constexpr int64_t kCostMin = 1'000;
constexpr int64_t kCostMax = 1'000'000'000;
constexpr int64_t kBytesMax = 1'000'000;
constexpr int64_t kPatternSizeMax = 100'000;

// What stands under `name`, which lies between both bounds; else `fallback`.
int64_t Read(const YamlNode& node, const char* name, int64_t least, int64_t most, int64_t fallback,
             Problems& problems) {
  const YamlNode* const found = node.Find(name);
  if (found == nullptr) return fallback;
  const int64_t value = ParseCount(found->text).value_or(-1);
  if (value >= least && value <= most) return value;
  problems.Add(found->offset,
               "'" + std::string(name) + "' is a number from " + std::to_string(least) + " to " + std::to_string(most));
  return fallback;
}

}  // namespace

const Group& ExpressionOptions() {
  static const Group group{
      .name = "expressions",
      .doc =
          "What each expression of the pipeline may cost. One that costs more ends with an error: nothing hangs, and "
          "no event takes all memory.",
      .options = {{.name = "cost",
                   .shape = {ShapeKind::kInteger},
                   .doc = "Of one evaluation: rounds of macros, elements that are looked at, 16-byte pieces of memory. "
                          "A million are at most about a second of work and 16 MB.",
                   .example = "100000",
                   .fallback = "1000000"},
                  {.name = "bytes",
                   .shape = {ShapeKind::kInteger},
                   .doc = "Of the expression's text.",
                   .example = "20000",
                   .fallback = "100000"},
                  {.name = "nesting",
                   .shape = {ShapeKind::kInteger},
                   .doc = "Of brackets, calls and conditionals within each other.",
                   .example = "50",
                   .fallback = "250, the most there is"},
                  {.name = "pattern_size",
                   .shape = {ShapeKind::kInteger},
                   .doc = "Instructions that a regular expression becomes.",
                   .example = "1000",
                   .fallback = "10000"}},
  };
  return group;
}

expr::Limits ReadExpressionLimits(const YamlNode& expressions, Problems& problems) {
  expr::Limits limits;
  const auto read = [&](const char* name, int64_t least, int64_t most, auto& limit) {
    limit = static_cast<std::remove_reference_t<decltype(limit)>>(
        Read(expressions, name, least, most, static_cast<int64_t>(limit), problems));
  };
  read("cost", kCostMin, kCostMax, limits.cost);
  read("bytes", 1, kBytesMax, limits.source_bytes);
  read("nesting", 1, expr::Limits::kNestingMax, limits.nesting);
  read("pattern_size", 1, kPatternSizeMax, limits.pattern_size);
  return limits;
}

}  // namespace penstock
