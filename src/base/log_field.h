// What a log line says besides its message.
#pragma once

#include <concepts>
#include <cstdint>
#include <string_view>
#include <variant>

#include "base/redactor.h"

namespace penstock {

// A named text, number or truth value. It borrows both: it lives no longer than the call that it is passed to. The name
// is a literal of ours, `lower_case`, with the unit last; `ts`, `level` and `msg` are taken.
class LogField {
 public:
  using Value = std::variant<std::string_view, int64_t, uint64_t, double, bool>;

  LogField(std::string_view name, std::string_view value) : name_(name), value_(value) {}
  // Without this one, a pointer to characters would become a truth value.
  LogField(std::string_view name, const char* value) : name_(name), value_(std::string_view(value)) {}
  LogField(std::string_view name, std::floating_point auto value) : name_(name), value_(static_cast<double>(value)) {}
  template <std::integral T>
    requires(!std::same_as<T, char>)
  LogField(std::string_view name, T value) : name_(name), value_(FromInteger(value)) {}

  // Says that there is such a value, and not what it is.
  static LogField Secret(std::string_view name, std::string_view /*value*/) { return {name, kRedacted}; }

  std::string_view name() const { return name_; }
  const Value& value() const { return value_; }

 private:
  template <typename T>
  static Value FromInteger(T value) {
    if constexpr (std::same_as<T, bool>)
      return value;
    else if constexpr (std::signed_integral<T>)
      return static_cast<int64_t>(value);
    else
      return static_cast<uint64_t>(value);
  }

  std::string_view name_;
  Value value_;
};

}  // namespace penstock
