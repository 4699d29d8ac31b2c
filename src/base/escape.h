// Text from outside, made safe to print.
#pragma once

#include <string>
#include <string_view>

namespace penstock {

// Whether `text` holds what must reach no terminal and no log as it is, because it can hide or forge what stands there:
// control characters, line separators, changes of writing direction, bytes that are not UTF-8.
bool HasUnprintable(std::string_view text);

// Appends `text` as the inside of a JSON string, all printable: quotes, backslashes and what is unprintable are
// escaped. Bytes that are not UTF-8 become U+FFFD.
void AppendJsonEscaped(std::string& out, std::string_view text);

}  // namespace penstock
