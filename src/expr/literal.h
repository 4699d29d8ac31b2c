// The literals of CEL: from their text to their values.
#pragma once

#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "event/value.h"

namespace penstock::expr {

// `text` is a token of the kind as written: 0x1F, 3u, 1.5e3, r'..', b"..", '''..'''. Strings are decoded into `arena`,
// or borrowed from `text` where there is nothing to decode. `negative` is of a minus sign that stood before a number.
Result<Value> ReadIntLiteral(std::string_view text, bool negative);
Result<Value> ReadUintLiteral(std::string_view text);
Result<Value> ReadDoubleLiteral(std::string_view text, bool negative);
Result<Value> ReadStringLiteral(std::string_view text, Arena& arena);
Result<Value> ReadBytesLiteral(std::string_view text, Arena& arena);

}  // namespace penstock::expr
