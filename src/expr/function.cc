#include "expr/function.h"

#include <algorithm>
#include <cassert>

namespace penstock::expr {
namespace {

std::string KeyOf(std::string_view name, bool receiver) { return (receiver ? "." : "") + std::string(name); }

}  // namespace

void Library::Add(Function function) {
  assert(std::all_of(function.overloads.begin(), function.overloads.end(),
                     [](const Overload& overload) { return overload.parameters.size() <= kArgumentsMax; }));
  const std::string key = KeyOf(function.name, function.receiver);
  const auto [entry, added] = functions_.try_emplace(key, function);
  if (added) return;
  std::vector<Overload>& overloads = entry->second.overloads;
  overloads.insert(overloads.end(), function.overloads.begin(), function.overloads.end());
}

void Library::Add(Family family) {
  for (const Function& function : family.functions) Add(function);
  families_.push_back(std::move(family));
}

const Function* Library::Find(std::string_view name, bool receiver) const {
  const auto found = functions_.find(KeyOf(name, receiver));
  return found == functions_.end() ? nullptr : &found->second;
}

std::vector<std::string_view> Library::Names() const {
  std::vector<std::string_view> names;
  for (const auto& [key, function] : functions_)
    if (!function.is_internal()) names.push_back(function.name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace penstock::expr
