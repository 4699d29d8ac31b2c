#include "base/result.h"

namespace penstock {

std::string_view ErrorKindName(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::kInvalid: return "invalid";
    case ErrorKind::kLimit: return "limit";
    case ErrorKind::kUnavailable: return "unavailable";
    case ErrorKind::kInternal: break;
  }
  return "internal";
}

}  // namespace penstock
