#include "event/compare.h"

#include <cmath>
#include <random>

#include "base/arena.h"
#include "base/hash.h"
#include "event/collection.h"

namespace penstock {
namespace {

constexpr double kTwoTo63 = 9223372036854775808.0;
constexpr double kTwoTo64 = 18446744073709551616.0;

std::partial_ordering CompareIntUint(int64_t a, uint64_t b) {
  if (a < 0) return std::partial_ordering::less;
  return static_cast<uint64_t>(a) <=> b;
}

// Where the double lies within the integer's range its whole part converts exactly, and what remains decides a tie.
std::partial_ordering CompareIntDouble(int64_t a, double b) {
  if (std::isnan(b)) return std::partial_ordering::unordered;
  if (b >= kTwoTo63) return std::partial_ordering::less;
  if (b < -kTwoTo63) return std::partial_ordering::greater;
  const double whole = std::trunc(b);
  const auto order = a <=> static_cast<int64_t>(whole);
  return order != 0 ? std::partial_ordering(order) : 0.0 <=> b - whole;
}

std::partial_ordering CompareUintDouble(uint64_t a, double b) {
  if (std::isnan(b)) return std::partial_ordering::unordered;
  if (b >= kTwoTo64) return std::partial_ordering::less;
  if (b < 0) return std::partial_ordering::greater;
  const double whole = std::trunc(b);
  const auto order = a <=> static_cast<uint64_t>(whole);
  return order != 0 ? std::partial_ordering(order) : 0.0 <=> b - whole;
}

std::partial_ordering Reverse(std::partial_ordering order) { return 0 <=> order; }

std::partial_ordering CompareNumbers(const Value& a, const Value& b) {
  if (a.kind() > b.kind()) return Reverse(CompareNumbers(b, a));
  if (a.Is(ValueKind::kInt)) {
    if (b.Is(ValueKind::kInt)) return a.as_int() <=> b.as_int();
    return b.Is(ValueKind::kUint) ? CompareIntUint(a.as_int(), b.as_uint())
                                  : CompareIntDouble(a.as_int(), b.as_double());
  }
  if (a.Is(ValueKind::kUint))
    return b.Is(ValueKind::kUint) ? std::partial_ordering(a.as_uint() <=> b.as_uint())
                                  : CompareUintDouble(a.as_uint(), b.as_double());
  return a.as_double() <=> b.as_double();
}

bool ListsEqual(const Value& a, const Value& b) {
  if (ListSize(a) != ListSize(b)) return false;
  ListCursor left(a);
  ListCursor right(b);
  Value x;
  Value y;
  while (left.Next(x) && right.Next(y))
    if (!Equals(x, y)) return false;
  return true;
}

// A walk through a map, at one of its members.
struct MapWalk {
  explicit MapWalk(const Value& map) : cursor(map) {}
  bool Next() { return cursor.Next(member.key, member.value); }

  MapCursor cursor;
  MapEntry member;
};

// The members from `walk` on, as a map of `arena`.
Value CopyRest(MapWalk walk, uint32_t count, Arena& arena) {
  MapBuilder builder(arena, count);
  do builder.Add(walk.member.key, walk.member.value);
  while (walk.Next());
  return builder.Finish();
}

// Whether `right` has each of the `count` members from `left` on, and the same value for it.
bool RestEqual(MapWalk left, const MapWalk& right, const Value& right_map, uint32_t count) {
  constexpr uint32_t kWalkedMembers = 16;
  std::optional<Arena> arena;
  const bool by_table = right_map.is_json() && count > kWalkedMembers;  // a document finds a member by walking
  const Value map = by_table ? CopyRest(right, count, arena.emplace()) : right_map;
  do {
    const std::optional<Value> value = MapFind(map, left.member.key);
    if (!value || !Equals(left.member.value, *value)) return false;
  } while (left.Next());
  return true;
}

// Maps of one shape have their members in the same order: as far as that goes, nothing is looked up.
bool MapsEqual(const Value& a, const Value& b) {
  if (MapSize(a) != MapSize(b)) return false;
  if (b.is_json() && !a.is_json()) return MapsEqual(b, a);  // looks up in the map that has a table
  MapWalk left(a);
  MapWalk right(b);
  for (uint32_t count = MapSize(a); left.Next() && right.Next(); --count) {
    if (!Equals(left.member.key, right.member.key)) return RestEqual(left, right, b, count);
    if (!Equals(left.member.value, right.member.value)) return false;
  }
  return true;
}

bool OptionalsEqual(const Value* a, const Value* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return Equals(*a, *b);
}

// Every bit of the result depends on every bit of `bits`. (The finalizer of MurmurHash3.)
uint64_t MixBits(uint64_t bits) {
  bits = (bits ^ (bits >> 33)) * 0xFF51AFD7ED558CCD;
  bits = (bits ^ (bits >> 33)) * 0xC4CEB9FE1A85EC53;
  return bits ^ (bits >> 33);
}

}  // namespace

bool Equals(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return CompareNumbers(a, b) == 0;
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case ValueKind::kNull: return true;
    case ValueKind::kBool: return a.as_bool() == b.as_bool();
    case ValueKind::kString:
    case ValueKind::kBytes:
    case ValueKind::kType:
    case ValueKind::kIp:
    case ValueKind::kCidr: return a.text() == b.text();
    case ValueKind::kTimestamp: return a.as_time() == b.as_time();
    case ValueKind::kDuration: return a.as_duration() == b.as_duration();
    case ValueKind::kList: return ListsEqual(a, b);
    case ValueKind::kMap: return MapsEqual(a, b);
    case ValueKind::kOptional: return OptionalsEqual(a.as_optional(), b.as_optional());
    default: return false;
  }
}

std::optional<std::partial_ordering> Compare(const Value& a, const Value& b) {
  if (a.is_number() && b.is_number()) return CompareNumbers(a, b);
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case ValueKind::kBool: return a.as_bool() <=> b.as_bool();
    case ValueKind::kString:
    case ValueKind::kBytes: return a.text() <=> b.text();
    case ValueKind::kTimestamp: return a.as_time() <=> b.as_time();
    case ValueKind::kDuration: return a.as_duration() <=> b.as_duration();
    default: return std::nullopt;
  }
}

std::optional<int64_t> ExactInt(const Value& number) {
  switch (number.kind()) {
    case ValueKind::kInt: return number.as_int();
    case ValueKind::kUint:
      if (number.as_uint() > INT64_MAX) return std::nullopt;
      return static_cast<int64_t>(number.as_uint());
    case ValueKind::kDouble: {
      const double value = number.as_double();
      if (!(value >= -kTwoTo63 && value < kTwoTo63) || std::trunc(value) != value) return std::nullopt;
      return static_cast<int64_t>(value);
    }
    default: return std::nullopt;
  }
}

uint64_t HashSeed() {
  static const uint64_t seed = [] {
    std::random_device random;
    return uint64_t{random()} << 32 | random();
  }();
  return seed;
}

uint64_t HashValue(const Value& value) {
  if (value.Is(ValueKind::kString)) return Hash64(value.text(), HashSeed());
  // Equal numbers of different kinds hash alike: as an int, else as a uint, else by the bits of the double.
  uint64_t bits = 0;
  if (value.Is(ValueKind::kBool)) {
    bits = value.as_bool() ? 1 : 0;
  } else if (const std::optional<int64_t> exact = ExactInt(value)) {
    bits = static_cast<uint64_t>(*exact);
  } else if (value.Is(ValueKind::kUint)) {
    bits = value.as_uint();
  } else if (value.Is(ValueKind::kDouble)) {
    const double number = value.as_double();
    const bool as_uint = number >= kTwoTo63 && number < kTwoTo64;
    bits = as_uint ? static_cast<uint64_t>(number) : __builtin_bit_cast(uint64_t, number);
  }
  return MixBits(bits ^ HashSeed());
}

}  // namespace penstock
