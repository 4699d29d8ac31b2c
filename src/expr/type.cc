#include "expr/type.h"

namespace penstock::expr {
namespace {

constexpr uint16_t Bit(ValueKind kind) { return static_cast<uint16_t>(1U << static_cast<unsigned>(kind)); }
constexpr uint16_t kAllKinds = static_cast<uint16_t>(~Bit(ValueKind::kError));

uint16_t AbstractMask(const Type& type) {
  if (type.is_optional()) return Bit(ValueKind::kOptional);
  for (const ValueKind kind : {ValueKind::kIp, ValueKind::kCidr})
    if (type.name == TypeName(kind)) return Bit(kind);
  return 0;
}

std::string_view PlainTypeText(TypeKind kind) {
  switch (kind) {
    case TypeKind::kDyn: return "dyn";
    case TypeKind::kNull: return "null";
    case TypeKind::kBool: return "bool";
    case TypeKind::kInt: return "int";
    case TypeKind::kUint: return "uint";
    case TypeKind::kDouble: return "double";
    case TypeKind::kString: return "string";
    case TypeKind::kBytes: return "bytes";
    case TypeKind::kTimestamp: return "timestamp";
    case TypeKind::kDuration: return "duration";
    case TypeKind::kList: return "list";
    case TypeKind::kMap: return "map";
    case TypeKind::kType: return "type";
    case TypeKind::kAbstract:
    case TypeKind::kParameter: return "";
  }
  __builtin_unreachable();
}

}  // namespace

std::string TypeText(const Type& type) {
  std::string text(type.name.empty() ? PlainTypeText(type.kind) : type.name);
  if (type.is_optional()) text = "optional";
  for (size_t i = 0; i < type.parameters.size(); ++i) text += (i == 0 ? "(" : ", ") + TypeText(type.parameters[i]);
  return type.parameters.empty() ? text : text + ")";
}

uint16_t KindMask(const Type& type) {
  switch (type.kind) {
    case TypeKind::kDyn:
    case TypeKind::kParameter: return kAllKinds;
    case TypeKind::kNull: return Bit(ValueKind::kNull);
    case TypeKind::kBool: return Bit(ValueKind::kBool);
    case TypeKind::kInt: return Bit(ValueKind::kInt);
    case TypeKind::kUint: return Bit(ValueKind::kUint);
    case TypeKind::kDouble: return Bit(ValueKind::kDouble);
    case TypeKind::kString: return Bit(ValueKind::kString);
    case TypeKind::kBytes: return Bit(ValueKind::kBytes);
    case TypeKind::kTimestamp: return Bit(ValueKind::kTimestamp);
    case TypeKind::kDuration: return Bit(ValueKind::kDuration);
    case TypeKind::kList: return Bit(ValueKind::kList);
    case TypeKind::kMap: return Bit(ValueKind::kMap);
    case TypeKind::kType: return Bit(ValueKind::kType);
    case TypeKind::kAbstract: return AbstractMask(type);
  }
  __builtin_unreachable();
}

}  // namespace penstock::expr
