// What is wrong with a text that the fast path refused, and where: slow, and only run on such texts.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace penstock {

struct JsonFault {
  size_t offset;
  std::string what;
  ErrorKind kind = ErrorKind::kInvalid;
};

Error AsError(const JsonFault& fault);

// Of a text that is not UTF-8.
JsonFault FindUtf8Fault(std::string_view source);

// Of a text with a string that is not closed, or that holds a control character.
JsonFault FindStringFault(std::string_view source);

// `c`, as a message shows it: 'x', or byte 0x07.
std::string DescribeByte(char c);

}  // namespace penstock
