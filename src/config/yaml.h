// YAML text -> a tree that knows where everything stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/problems.h"

namespace penstock {

struct YamlEntry;

// A plain value. Offsets are bytes of the text that was parsed.
struct YamlNode {
  enum class Kind : uint8_t { kScalar, kSequence, kMapping };

  Kind kind = Kind::kScalar;
  bool plain = false;  // a scalar without quotes, which may be a number, a truth value or null
  size_t offset = 0;   // of its first character, a quote included
  std::string text;    // of a scalar
  std::vector<YamlNode> items;
  std::vector<YamlEntry> entries;  // in order; no name comes twice

  bool is_scalar() const { return kind == Kind::kScalar; }
  bool is_sequence() const { return kind == Kind::kSequence; }
  bool is_mapping() const { return kind == Kind::kMapping; }
  bool is_null() const { return is_scalar() && plain && (text.empty() || text == "~" || text == "null"); }

  // The value of an entry, or null.
  const YamlNode* Find(std::string_view name) const;
};

struct YamlEntry {
  std::string name;
  size_t offset = 0;  // of the name
  YamlNode value;
};

struct YamlLimits {
  size_t bytes = size_t{4} << 20;
  uint32_t nodes = 200'000;  // those that aliases repeat included
  uint32_t depth = 64;
};

// One document of YAML 1.1, as libyaml reads it; scalars keep their text. What is wrong is added to `problems`, and
// what is returned then is not to be used. Aliases are replaced by copies of what they stand for.
YamlNode ParseYaml(std::string_view text, Problems& problems, const YamlLimits& limits = {});

}  // namespace penstock
