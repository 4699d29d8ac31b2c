// What expressions compute with.
#pragma once

#include <cassert>
#include <cstdint>
#include <string_view>

namespace penstock {

class JsonDocument;
class Value;
struct MapBody;

enum class ValueKind : uint8_t {
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kString,
  kBytes,
  kList,
  kMap,
  kTimestamp,
  kDuration,
  kOptional,
  kType,
  kIp,
  kCidr,
  kError,  // an evaluation that failed; never part of an event
};

// The name that expressions use: int, null_type, google.protobuf.Timestamp ... Static storage.
std::string_view TypeName(ValueKind kind);

// A point in time from 0001-01-01T00:00:00Z to 9999-12-31T23:59:59.999999999Z.
struct Timestamp {
  int64_t seconds = 0;  // since 1970-01-01T00:00:00Z, rounded down
  uint32_t nanos = 0;   // 0 to 999,999,999, counted forwards

  auto operator<=>(const Timestamp&) const = default;
};

// 16 bytes, cheap to copy. Scalars are held; strings, bytes, lists and maps are borrowed: from a JSON document
// (the bytes as they came), from an arena, or from a literal. Whoever makes a Value says how long what it borrows
// lives. Strings are valid UTF-8. Accessors must match kind(). Any thread may read it.
class Value {
 public:
  constexpr Value() : head_(0), bits_(0) {}
  Value(const Value&) = default;
  // Half by half: a value that was just made is read in the halves in which it was written, and the processor need not
  // wait for both to reach the cache.
  Value& operator=(const Value& other) {  // NOLINT(modernize-use-equals-default)
    head_ = other.head_;
    bits_ = other.bits_;
    return *this;
  }

  static Value Null() { return {}; }
  static Value Bool(bool value) { return Value(ValueKind::kBool, 0, static_cast<uint64_t>(value)); }
  static Value Int(int64_t value) { return Value(ValueKind::kInt, 0, static_cast<uint64_t>(value)); }
  static Value Uint(uint64_t value) { return Value(ValueKind::kUint, 0, value); }
  static Value Double(double value) { return Value(ValueKind::kDouble, 0, __builtin_bit_cast(uint64_t, value)); }
  // Of a kind up to kDouble, from the bits that hold it; those of null are 0.
  static Value Scalar(ValueKind kind, uint64_t bits) { return Value(kind, 0, bits); }
  static Value String(std::string_view text) { return Text(ValueKind::kString, text); }
  static Value Bytes(std::string_view bytes) { return Text(ValueKind::kBytes, bytes); }
  static Value Time(Timestamp time) {
    return Value(ValueKind::kTimestamp, time.nanos, static_cast<uint64_t>(time.seconds));
  }
  static Value Duration(int64_t nanos) { return Value(ValueKind::kDuration, 0, static_cast<uint64_t>(nanos)); }
  static Value List(const Value* items, uint32_t count) { return Value(ValueKind::kList, count, Address(items)); }
  static Value Map(const MapBody* body) { return Value(ValueKind::kMap, 0, Address(body)); }
  // A list or map inside a document; `node` is its index there.
  static Value JsonList(const JsonDocument* document, uint32_t node) {
    return Value(ValueKind::kList, node, Address(document), true);
  }
  static Value JsonMap(const JsonDocument* document, uint32_t node) {
    return Value(ValueKind::kMap, node, Address(document), true);
  }
  static Value Optional(const Value* value) { return Value(ValueKind::kOptional, 0, Address(value)); }
  static Value OptionalNone() { return Optional(nullptr); }
  // `name` has static storage or lives as long as the program that names it.
  static Value Type(std::string_view name) { return Text(ValueKind::kType, name); }
  // An address: 4 bytes of IPv4 or 16 of IPv6. A network: the same, and one for the length of its prefix in bits.
  static Value Ip(std::string_view bytes) { return Text(ValueKind::kIp, bytes); }
  static Value Cidr(std::string_view bytes) { return Text(ValueKind::kCidr, bytes); }
  static Value Error(std::string_view message) { return Text(ValueKind::kError, message); }

  ValueKind kind() const { return static_cast<ValueKind>(head_ & 0xFF); }
  bool Is(ValueKind kind) const { return this->kind() == kind; }
  bool is_error() const { return Is(ValueKind::kError); }
  bool is_true() const { return Is(ValueKind::kBool) && bits_ != 0; }
  bool is_false() const { return Is(ValueKind::kBool) && bits_ == 0; }
  bool is_number() const { return kind() >= ValueKind::kInt && kind() <= ValueKind::kDouble; }

  bool as_bool() const { return Checked(ValueKind::kBool).bits_ != 0; }
  int64_t as_int() const { return static_cast<int64_t>(Checked(ValueKind::kInt).bits_); }
  uint64_t as_uint() const { return Checked(ValueKind::kUint).bits_; }
  double as_double() const { return __builtin_bit_cast(double, Checked(ValueKind::kDouble).bits_); }
  // The text of a string, bytes, type or error; the bytes of an address or network.
  std::string_view text() const { return {reinterpret_cast<const char*>(bits_), size()}; }
  Timestamp as_time() const { return {static_cast<int64_t>(Checked(ValueKind::kTimestamp).bits_), size()}; }
  int64_t as_duration() const { return static_cast<int64_t>(Checked(ValueKind::kDuration).bits_); }
  // Null where there is no value.
  const Value* as_optional() const { return reinterpret_cast<const Value*>(Checked(ValueKind::kOptional).bits_); }

  // Lists and maps only. `document` and `node` where is_json(), else `items` or `map_body`.
  bool is_json() const { return (head_ & kJsonBit) != 0; }
  const JsonDocument* document() const { return reinterpret_cast<const JsonDocument*>(bits_); }
  uint32_t node() const { return size(); }
  const Value* items() const { return reinterpret_cast<const Value*>(Checked(ValueKind::kList).bits_); }
  const MapBody* map_body() const { return reinterpret_cast<const MapBody*>(Checked(ValueKind::kMap).bits_); }
  // Of a list outside a document; ListSize() in event/collection.h serves both.
  uint32_t item_count() const { return size(); }

 private:
  static constexpr uint64_t kJsonBit = 0x100;

  constexpr Value(ValueKind kind, uint32_t size, uint64_t bits, bool json = false)
      : head_(static_cast<uint64_t>(kind) | (json ? kJsonBit : 0) | static_cast<uint64_t>(size) << 32), bits_(bits) {}

  static Value Text(ValueKind kind, std::string_view text) {
    return Value(kind, static_cast<uint32_t>(text.size()), Address(text.data()));
  }
  static uint64_t Address(const void* pointer) { return reinterpret_cast<uint64_t>(pointer); }
  const Value& Checked([[maybe_unused]] ValueKind kind) const {
    assert(this->kind() == kind);
    return *this;
  }

  // Length of a text, count of a list, node of a JSON list or map, nanoseconds of a timestamp.
  uint32_t size() const { return static_cast<uint32_t>(head_ >> 32); }

  uint64_t head_;  // kind in the lowest byte, kJsonBit, size in the upper half
  uint64_t bits_;
};

static_assert(sizeof(Value) == 16);

}  // namespace penstock
