#include "expr/environment.h"

#include <algorithm>
#include <array>

namespace penstock::expr {
namespace {

struct NamedType {
  std::string_view name;
  TypeKind kind;
};
constexpr std::array kNamedTypes = {NamedType{"bool", TypeKind::kBool},
                                    NamedType{"int", TypeKind::kInt},
                                    NamedType{"uint", TypeKind::kUint},
                                    NamedType{"double", TypeKind::kDouble},
                                    NamedType{"string", TypeKind::kString},
                                    NamedType{"bytes", TypeKind::kBytes},
                                    NamedType{"list", TypeKind::kList},
                                    NamedType{"map", TypeKind::kMap},
                                    NamedType{"type", TypeKind::kType},
                                    NamedType{"null_type", TypeKind::kNull},
                                    NamedType{"optional_type", TypeKind::kDyn},
                                    NamedType{"net.IP", TypeKind::kAbstract},
                                    NamedType{"net.CIDR", TypeKind::kAbstract},
                                    NamedType{"google.protobuf.Timestamp", TypeKind::kTimestamp},
                                    NamedType{"google.protobuf.Duration", TypeKind::kDuration}};

Type NamedTypeOf(TypeKind kind, std::string_view name) {
  if (kind == TypeKind::kAbstract) return Type::Abstract(std::string(name), {});
  if (kind == TypeKind::kList) return Type::List(Type::Dyn());
  if (kind == TypeKind::kMap) return Type::Map(Type::Dyn(), Type::Dyn());
  return Type::Of(kind);
}

}  // namespace

uint32_t Environment::AddVariable(std::string name, Type type) {
  const auto number = static_cast<uint32_t>(variables_.size());
  variable_numbers_.insert_or_assign(name, number);
  variables_.push_back({std::move(name), std::move(type)});
  used_.push_back(false);
  return number;
}

bool Environment::IsUsed(uint32_t variable) const {
  const auto below = [variable](const Slot& slot) { return slot.of_variable && slot.parent == variable; };
  return used_[variable] || std::any_of(slots_.begin(), slots_.end(), below);
}

std::vector<std::string> Environment::CandidateNames(std::string_view name, bool global) const {
  std::vector<std::string> candidates;
  std::string_view container = global ? std::string_view() : container_;
  while (!container.empty()) {
    candidates.push_back(std::string(container) + "." + std::string(name));
    const size_t dot = container.rfind('.');
    container = dot == std::string_view::npos ? std::string_view() : container.substr(0, dot);
  }
  candidates.emplace_back(name);
  return candidates;
}

std::optional<Environment::Meaning> Environment::FindName(std::string_view name, bool global) const {
  for (const std::string& candidate : CandidateNames(name, global)) {
    if (const auto found = variable_numbers_.find(candidate); found != variable_numbers_.end())
      return Meaning{found->second, std::nullopt, {}};
    for (const NamedType& named : kNamedTypes)
      if (named.name == candidate) return Meaning{std::nullopt, NamedTypeOf(named.kind, named.name), named.name};
  }
  return std::nullopt;
}

const Function* Environment::FindFunction(std::string_view name, bool receiver, bool global) const {
  const std::vector<std::string> names =
      receiver ? std::vector<std::string>{std::string(name)} : CandidateNames(name, global);
  for (const std::string& candidate : names) {
    if (const Function* found = library_.Find(candidate, receiver)) return found;
    if (const Function* found = declared_.Find(candidate, receiver)) return found;
  }
  return nullptr;
}

uint32_t Environment::SlotFor(bool of_variable, uint32_t parent, std::string_view field) {
  const std::string key = (of_variable ? "v" : "s") + std::to_string(parent) + "." + std::string(field);
  const auto [entry, added] = slot_numbers_.try_emplace(key, static_cast<uint32_t>(slots_.size()));
  if (added) {
    const std::string name(field);
    slots_.push_back({of_variable, parent, name, "no such key: '" + name + "'",
                      "cannot take the field '" + name + "' of what is no map"});
  }
  return entry->second;
}

uint32_t Environment::AddLookup(std::string_view field) {
  lookups_.push_back(arena_.Copy(field));
  return static_cast<uint32_t>(lookups_.size() - 1);
}

uint32_t Environment::AddConstant(const Value& value) {
  constants_.push_back(value);
  return static_cast<uint32_t>(constants_.size() - 1);
}

void Environment::Reserve(uint32_t registers, uint32_t iterators) {
  registers_ = std::max(registers_, registers);
  iterators_ = std::max(iterators_, iterators);
}

std::vector<std::string_view> Environment::KnownNames() const {
  std::vector<std::string_view> names;
  for (const Variable& variable : variables_) names.push_back(variable.name);
  for (const NamedType& named : kNamedTypes) names.push_back(named.name);
  return names;
}

std::vector<std::string_view> Environment::KnownFunctions() const {
  std::vector<std::string_view> names = library_.Names();
  for (const std::string_view name : declared_.Names()) names.push_back(name);
  return names;
}

}  // namespace penstock::expr
