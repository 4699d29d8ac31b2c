// Errors are values. A function that can fail returns Result<T>; TRY and TRY_ASSIGN pass an error on.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace penstock {

// Who has to act on an error; the command line's exit codes follow from it.
enum class ErrorKind {
  kInvalid,      // what the user gave is wrong: input, configuration, usage
  kLimit,        // the input is well-formed, but larger, deeper or dearer than a limit allows
  kUnavailable,  // the environment: a file, a disk, a service
  kInternal,     // our bug
};

std::string_view ErrorKindName(ErrorKind kind);

// What went wrong, where, and what to do about it, in words for the user. Holds no secret and no tagged field.
struct Error {
  ErrorKind kind = ErrorKind::kInternal;
  std::string message;

  bool operator==(const Error&) const = default;
};

// A value or an Error. `Result<void>` for functions that only succeed or fail.
template <typename T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};

inline tl::unexpected<Error> Fail(ErrorKind kind, std::string message) {
  return tl::unexpected<Error>(Error{kind, std::move(message)});
}
inline tl::unexpected<Error> Invalid(std::string message) { return Fail(ErrorKind::kInvalid, std::move(message)); }

}  // namespace penstock

#define PENSTOCK_CONCAT_INNER(a, b) a##b
#define PENSTOCK_CONCAT(a, b) PENSTOCK_CONCAT_INNER(a, b)

// A name that no other use of these macros has. Not the line's: a TRY in a lambda inside a TRY has the same line.
#define PENSTOCK_TRY_NAME PENSTOCK_CONCAT(try_result_, __COUNTER__)

// Returns the error of an expression of type Result, if it has one. A lambda that uses it states its return type.
#define TRY(...) PENSTOCK_TRY(PENSTOCK_TRY_NAME, (__VA_ARGS__))
#define PENSTOCK_TRY(name, expression)                                                        \
  do {                                                                                        \
    if (auto&& name = expression; !name) [[unlikely]]                                         \
      return ::tl::unexpected<::penstock::Error>(std::forward<decltype(name)>(name).error()); \
  } while (false)

// TRY_ASSIGN(target, expression) declares or assigns `target` from the value of `expression`, or returns its error.
// These are several statements: not for the branch of an `if` without braces, where it does not compile.
#define TRY_ASSIGN(target, ...) PENSTOCK_TRY_ASSIGN(PENSTOCK_TRY_NAME, target, (__VA_ARGS__))
#define PENSTOCK_TRY_ASSIGN(name, target, expression)                    \
  auto name = expression;                                                \
  if (!name) [[unlikely]]                                                \
    return ::tl::unexpected<::penstock::Error>(std::move(name).error()); \
  target = *std::move(name)
