// Does a file say what its options allow?
#pragma once

#include "config/option.h"
#include "config/problems.h"
#include "config/yaml.h"

namespace penstock {

// Adds everything that is wrong to `problems`, and takes it out of the tree: what is left has the shapes that are
// described, so that its meaning can be looked at in the same run. Required options may be missing then. False if the
// node itself is of no use.
bool Validate(YamlNode& node, const Shape& shape, Problems& problems);

// Letters, digits, _ : what an expression can name.
bool IsIdentifier(std::string_view text);

// 1 to 249 characters out of a-z A-Z 0-9 . _ -, and neither "." nor "..".
bool IsTopicName(std::string_view text);

}  // namespace penstock
