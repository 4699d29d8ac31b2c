#include "event/value.h"

namespace penstock {

std::string_view TypeName(ValueKind kind) {
  switch (kind) {
    case ValueKind::kNull: return "null_type";
    case ValueKind::kBool: return "bool";
    case ValueKind::kInt: return "int";
    case ValueKind::kUint: return "uint";
    case ValueKind::kDouble: return "double";
    case ValueKind::kString: return "string";
    case ValueKind::kBytes: return "bytes";
    case ValueKind::kList: return "list";
    case ValueKind::kMap: return "map";
    case ValueKind::kTimestamp: return "google.protobuf.Timestamp";
    case ValueKind::kDuration: return "google.protobuf.Duration";
    case ValueKind::kOptional: return "optional_type";
    case ValueKind::kType: return "type";
    case ValueKind::kIp: return "net.IP";
    case ValueKind::kCidr: return "net.CIDR";
    case ValueKind::kError: return "error";
  }
  __builtin_unreachable();
}

}  // namespace penstock
