// Values -> JSON text.
#pragma once

#include <string>
#include <string_view>

#include "event/value.h"

namespace penstock {

// Appends `value` to `out`. Lists and maps of a JSON document are copied as they came; where keys come twice, without
// the members that do not count, and what is left keeps its bytes. Doubles are written with the fewest digits that read
// back as the same double, and keep a point or an exponent, so that they stay doubles.
//
// What JSON has no form for: bytes are Base64; timestamps RFC 3339, durations seconds (`1.5s`); NaN, Infinity and
// -Infinity strings; a type its name; an address or network its canonical text; an optional what it holds, or null;
// keys that are no strings their text.
void AppendJson(const Value& value, std::string& out);

std::string ToJson(const Value& value);

// `text`, which is valid UTF-8, in quotes and escaped.
void AppendJsonString(std::string_view text, std::string& out);

// A double as it is written above, without quotes around what is not finite.
void AppendDouble(double value, std::string& out);

}  // namespace penstock
