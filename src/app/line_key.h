// The key of a line of input.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/result.h"
#include "event/json_parser.h"
#include "expr/activation.h"
#include "expr/environment.h"
#include "expr/program.h"

namespace penstock::app {

// An expression over `event`, which is the line. Used by one thread.
class LineKey {
 public:
  static Result<std::unique_ptr<LineKey>> Compile(const std::string& expression);

  // A string as it is, null as no key, other values as JSON. An error where the line is no JSON or has no such value.
  // Borrows until the next call.
  Result<std::optional<std::string_view>> Of(std::string_view line);

 private:
  LineKey();

  expr::Environment environment_;
  Arena arena_;
  JsonParser parser_;
  std::optional<expr::Program> program_;
  std::unique_ptr<expr::Activation> activation_;
  std::string json_;
};

}  // namespace penstock::app
