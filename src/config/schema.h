// Descriptions of options, for machines and for people.
#pragma once

#include <string>

#include "config/option.h"

namespace penstock {

// The JSON Schema (2020-12) of a file that is a map of these options, for editors.
std::string JsonSchemaOf(const Group& file, std::string_view title);

// The reference page of the same, in Markdown: a table for each group of options.
std::string ReferenceOf(const Group& file, std::string_view title);

}  // namespace penstock
