// The static types of CEL.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "event/value.h"

namespace penstock::expr {

enum class TypeKind : uint8_t {
  kDyn,  // known only when it is there
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kTimestamp,
  kDuration,
  kList,       // [element]
  kMap,        // [key, value]
  kType,       // [of what], or nothing
  kAbstract,   // name and parameters: optional_type, net.IP, net.CIDR
  kParameter,  // name: stands for one type within a signature
};

struct Members;

struct Type {
  TypeKind kind = TypeKind::kDyn;
  std::string name;
  std::vector<Type> parameters;
  // What is declared beyond CEL's own types. Copies of a type, of which there are many, share it: it never changes.
  bool nullable = false;                                    // or null
  std::shared_ptr<const Members> members{};                 // of a map: expr/member_types.h
  std::shared_ptr<const std::vector<std::string>> texts{};  // of a string that is one of these

  static Type Dyn() { return {}; }
  static Type Of(TypeKind kind) { return {kind, {}, {}}; }
  static Type List(Type element) { return {TypeKind::kList, {}, {std::move(element)}}; }
  static Type Map(Type key, Type value) { return {TypeKind::kMap, {}, {std::move(key), std::move(value)}}; }
  static Type TypeOf(Type type) { return {TypeKind::kType, {}, {std::move(type)}}; }
  static Type Abstract(std::string name, std::vector<Type> parameters) {
    return {TypeKind::kAbstract, std::move(name), std::move(parameters)};
  }
  static Type Optional(Type value) { return Abstract("optional_type", {std::move(value)}); }
  static Type Parameter(std::string name) { return {TypeKind::kParameter, std::move(name), {}}; }

  bool Is(TypeKind other) const { return kind == other; }
  bool is_optional() const { return kind == TypeKind::kAbstract && name == "optional_type"; }
  bool operator==(const Type&) const = default;
};

// As messages write it: int, list(string), map(string, dyn).
std::string TypeText(const Type& type);

// A bit for each ValueKind whose values may have the type; errors have none.
uint16_t KindMask(const Type& type);

}  // namespace penstock::expr
