#include "model/remote/schema_checker.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/utf8.h"
#include "event/collection.h"
#include "event/compare.h"

namespace penstock::remote {
namespace {

// Schemas may try many ways of fitting, and of themselves within themselves; and what a value is compared with counts.
constexpr uint64_t kStepsMax = 2'000'000;
constexpr uint32_t kDepthMax = 512;

uint8_t TypeOf(const Value& value) {
  switch (value.kind()) {
    case ValueKind::kNull: return kNullType;
    case ValueKind::kBool: return kBooleanType;
    case ValueKind::kInt:
    case ValueKind::kUint: return kIntegerType;
    case ValueKind::kDouble: return std::trunc(value.as_double()) == value.as_double() ? kIntegerType : kNumberType;
    case ValueKind::kString: return kStringType;
    case ValueKind::kList: return kArrayType;
    default: return kObjectType;
  }
}

std::string TypeNames(uint8_t types) {
  if ((types & kNumberType) != 0) types = static_cast<uint8_t>(types & ~kIntegerType);
  std::string names;
  const char* const all[] = {"null", "a boolean", "an integer", "a number", "a string", "an array", "an object"};
  for (size_t i = 0; i < std::size(all); ++i)
    if ((types >> i & 1) != 0) names += (names.empty() ? "" : " or ") + std::string(all[i]);
  return names;
}

double AsDouble(const Value& number) {
  if (number.Is(ValueKind::kInt)) return static_cast<double>(number.as_int());
  return number.Is(ValueKind::kUint) ? static_cast<double>(number.as_uint()) : number.as_double();
}

bool IsMultiple(double number, double of) {
  const double times = number / of;
  return std::isfinite(times) && std::abs(times - std::round(times)) <= 1e-9 * std::max(1.0, std::abs(times));
}

std::string Number(double number) {
  std::string text = std::to_string(number);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

class Checker {
 public:
  explicit Checker(std::span<const SchemaNode> nodes) : nodes_(nodes) {}

  bool Fits(SchemaId id, const Value& value);
  std::optional<SchemaFault> TakeFault() { return std::move(fault_); }

 private:
  bool Fault(std::string what) {
    if (!fault_) fault_ = SchemaFault{place_, std::move(what)};
    return false;
  }
  bool TakesTooLong(uint64_t steps);
  bool FitsHere(const SchemaNode& node, const Value& value);
  bool FitsNumber(const SchemaNode& node, double number);
  bool FitsString(const SchemaNode& node, std::string_view text);
  bool FitsArray(const SchemaNode& node, const Value& list);
  bool FitsContains(const SchemaNode& node, const Value& list);
  bool IsUnique(const Value& list);
  bool FitsObject(const SchemaNode& node, const Value& map);
  bool FitsDependents(const SchemaNode& node, const Value& map);
  bool FitsMember(const SchemaNode& node, const Value& key, const Value& value);
  bool FitsCombined(const SchemaNode& node, const Value& value);
  bool FitsAt(const std::string& name, SchemaId id, const Value& value);
  // Without a fault where it does not fit.
  bool WouldFit(SchemaId id, const Value& value);

  std::span<const SchemaNode> nodes_;
  std::string place_;
  std::optional<SchemaFault> fault_;
  uint64_t steps_ = 0;
  uint32_t depth_ = 0;
  bool gave_up_ = false;
};

bool Checker::TakesTooLong(uint64_t steps) {
  steps_ += steps;
  gave_up_ = gave_up_ || steps_ > kStepsMax;
  return gave_up_;
}

bool Checker::Fits(SchemaId id, const Value& value) {
  if (TakesTooLong(1)) return Fault("takes too long to check");
  if (depth_ >= kDepthMax) {
    gave_up_ = true;
    return Fault("is too deep to check");
  }
  ++depth_;
  const bool fits = FitsHere(nodes_[id], value) && FitsCombined(nodes_[id], value);
  --depth_;
  return fits;
}

bool Checker::FitsHere(const SchemaNode& node, const Value& value) {
  if (node.fits_nothing) return Fault("is not to be there");
  const uint8_t type = TypeOf(value);
  if (node.types != 0 && (node.types & type) == 0)
    return Fault("is " + TypeNames(type) + ", and is to be " + TypeNames(node.types));
  const auto equals = [&value](const Value& other) { return Equals(value, other); };
  if (node.has_values && TakesTooLong(node.values.size())) return Fault("takes too long to check");
  if (node.has_values && std::none_of(node.values.begin(), node.values.end(), equals))
    return Fault("is none of the values that are allowed");
  if (value.is_number()) return FitsNumber(node, AsDouble(value));
  if (value.Is(ValueKind::kString)) return FitsString(node, value.text());
  if (value.Is(ValueKind::kList)) return FitsArray(node, value);
  return !value.Is(ValueKind::kMap) || FitsObject(node, value);
}

bool Checker::FitsNumber(const SchemaNode& node, double number) {
  if (node.minimum && number < *node.minimum) return Fault("is to be at least " + Number(*node.minimum));
  if (node.maximum && number > *node.maximum) return Fault("is to be at most " + Number(*node.maximum));
  if (node.exclusive_minimum && number <= *node.exclusive_minimum)
    return Fault("is to be above " + Number(*node.exclusive_minimum));
  if (node.exclusive_maximum && number >= *node.exclusive_maximum)
    return Fault("is to be below " + Number(*node.exclusive_maximum));
  if (node.multiple_of && !IsMultiple(number, *node.multiple_of))
    return Fault("is to be a multiple of " + Number(*node.multiple_of));
  return true;
}

bool Checker::FitsString(const SchemaNode& node, std::string_view text) {
  if (!node.length.Holds(CountCodePoints(text))) return Fault("is too short or too long");
  if (node.pattern && !RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *node.pattern))
    return Fault("does not match its pattern");
  return true;
}

bool Checker::FitsArray(const SchemaNode& node, const Value& list) {
  if (!node.items_count.Holds(ListSize(list))) return Fault("has too few or too many elements");
  ListCursor cursor(list);
  size_t index = 0;
  for (Value element; cursor.Next(element); ++index) {
    const SchemaId id = index < node.prefix_items.size() ? node.prefix_items[index] : node.items;
    if (id != kNoSchema && !FitsAt(std::to_string(index), id, element)) return false;
  }
  if (node.contains != kNoSchema && !FitsContains(node, list)) return false;
  return !node.is_unique || IsUnique(list);
}

bool Checker::FitsContains(const SchemaNode& node, const Value& list) {
  uint64_t count = 0;
  ListCursor cursor(list);
  for (Value element; cursor.Next(element);) count += WouldFit(node.contains, element) ? 1 : 0;
  if (gave_up_) return Fault("takes too long to check");
  return node.contains_count.Holds(count) || Fault("has too few or too many elements of a kind");
}

bool Checker::IsUnique(const Value& list) {
  std::vector<Value> seen;
  ListCursor cursor(list);
  for (Value element; cursor.Next(element);) {
    if (TakesTooLong(seen.size())) return Fault("takes too long to check");
    for (const Value& other : seen)
      if (Equals(element, other)) return Fault("has an element twice");
    seen.push_back(element);
  }
  return true;
}

bool Checker::FitsObject(const SchemaNode& node, const Value& map) {
  for (const std::string_view name : node.required)
    if (!MapFind(map, name)) return Fault("has no member '" + std::string(name) + "'");
  if (!node.members_count.Holds(MapSize(map))) return Fault("has too few or too many members");
  if (!FitsDependents(node, map)) return false;
  if (node.properties.empty() && node.pattern_properties.empty() && node.additional == kNoSchema &&
      node.names == kNoSchema)
    return true;
  MapCursor cursor(map);
  for (Value key, value; cursor.Next(key, value);)
    if (!FitsMember(node, key, value)) return false;
  return true;
}

bool Checker::FitsDependents(const SchemaNode& node, const Value& map) {
  for (const auto& [name, required] : node.dependent_required) {
    if (!MapFind(map, name)) continue;
    for (const std::string_view other : required)
      if (!MapFind(map, other)) return Fault("has no member '" + std::string(other) + "'");
  }
  for (const auto& [name, id] : node.dependent_schemas)
    if (MapFind(map, name) && !Fits(id, map)) return false;
  return true;
}

// The place of a member whose name the schema does not have is that of the object: the name is the answer's.
bool Checker::FitsMember(const SchemaNode& node, const Value& key, const Value& value) {
  if (node.names != kNoSchema && !WouldFit(node.names, key)) return Fault("has a member whose name does not fit");
  bool is_described = false;
  const auto found =
      std::lower_bound(node.properties.begin(), node.properties.end(), key.text(),
                       [](const auto& property, std::string_view name) { return property.first < name; });
  if (found != node.properties.end() && found->first == key.text()) {
    is_described = true;
    if (!FitsAt(std::string(found->first), found->second, value)) return false;
  }
  for (const auto& [pattern, id] : node.pattern_properties) {
    if (TakesTooLong(1)) return Fault("takes too long to check");
    if (!RE2::PartialMatch(re2::StringPiece(key.text().data(), key.text().size()), *pattern)) continue;
    is_described = true;
    if (!FitsAt("*", id, value)) return false;
  }
  if (is_described || node.additional == kNoSchema) return true;
  if (nodes_[node.additional].fits_nothing) return Fault("has a member that the schema does not have");
  return FitsAt("*", node.additional, value);
}

bool Checker::FitsCombined(const SchemaNode& node, const Value& value) {
  for (const SchemaId id : node.all_of)
    if (!Fits(id, value)) return false;
  const auto would_fit = [&](SchemaId id) { return WouldFit(id, value); };
  if (!node.any_of.empty() && std::none_of(node.any_of.begin(), node.any_of.end(), would_fit))
    return Fault("fits none of the schemas of its anyOf");
  if (!node.one_of.empty() && std::count_if(node.one_of.begin(), node.one_of.end(), would_fit) != 1)
    return Fault("does not fit exactly one of the schemas of its oneOf");
  if (node.not_of != kNoSchema && would_fit(node.not_of)) return Fault("fits the schema that it is not to fit");
  if (gave_up_) return Fault("takes too long to check");
  if (node.if_of == kNoSchema) return true;
  const SchemaId then = would_fit(node.if_of) ? node.then_of : node.else_of;
  return then == kNoSchema || Fits(then, value);
}

bool Checker::FitsAt(const std::string& name, SchemaId id, const Value& value) {
  const size_t size = place_.size();
  place_ += '/';
  place_ += name;
  const bool fits = Fits(id, value);
  place_.resize(size);
  return fits;
}

bool Checker::WouldFit(SchemaId id, const Value& value) {
  std::optional<SchemaFault> before = std::move(fault_);
  fault_.reset();
  const bool fits = Fits(id, value);
  fault_ = std::move(before);
  return fits && !gave_up_;
}

}  // namespace

std::optional<SchemaFault> CheckValue(std::span<const SchemaNode> nodes, const Value& value) {
  Checker checker(nodes);
  if (checker.Fits(0, value)) return std::nullopt;
  return checker.TakeFault();
}

}  // namespace penstock::remote
