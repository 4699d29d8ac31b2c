// What declarations say of an expression, beyond types: members that a map does not have, texts that a string never is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "expr/diagnostic.h"
#include "expr/type.h"

namespace penstock::expr {

// Of the member `name` of a map of this type, which the expression calls `map_text`; nothing where there is nothing to
// say. A member that the declarations leave open is a warning, and only where it looks like one that they have.
std::optional<Diagnostic> CheckMember(const Type& type, std::string_view map_text, std::string_view name);

// Of a comparison of a string of this type with `text`.
std::optional<Diagnostic> CheckText(const Type& type, std::string_view text);

}  // namespace penstock::expr
