// What may stand in a file: options and their shapes. Validation, the JSON Schema and the reference page are all made
// from these descriptions.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace penstock {

enum class ShapeKind : uint8_t {
  kText,
  kTopic,    // the name of a topic
  kBool,     // true | false
  kInteger,  // not negative
  kNumber,
  kDuration,   // 100ms, 1h30m
  kBytes,      // 64KiB, 1GiB
  kShare,      // 10 %
  kCel,        // an expression
  kField,      // the path of a field: event.card.number
  kFile,       // a path, relative to the file
  kSecret,     // ${env:NAME} or ${file:PATH}
  kChoice,     // one of several words
  kJson,       // any value
  kOneOrMany,  // of an element's shape, or a list of it
  kList,
  kMap,    // from names to elements
  kGroup,  // a map of options
};

struct Group;

// How a value looks. Descriptions are constants: what they point to lives for ever.
struct Shape {
  ShapeKind kind = ShapeKind::kText;
  const Shape* element = nullptr;  // of kOneOrMany, kList, kMap
  const Group* group = nullptr;    // of kGroup
  std::vector<std::string_view> choices = {};
};

struct Option {
  std::string_view name;
  Shape shape;
  std::string_view doc;
  std::string_view example = {};   // YAML of the value; every one is validated by a test
  std::string_view fallback = {};  // what holds where it is left out, in words
  bool required = false;
  bool planned = false;  // known, but in no version so far: refused by name
};

struct Group {
  enum class Choice : uint8_t { kAny, kExactlyOne };

  std::string_view name;
  std::string_view doc;
  std::vector<Option> options;
  Choice choice = Choice::kAny;   // kExactlyOne: the map has one entry, whose name says what it is
  std::string_view example = {};  // a whole pipeline file with tests, which a test runs

  const Option* Find(std::string_view option_name) const;
};

}  // namespace penstock
