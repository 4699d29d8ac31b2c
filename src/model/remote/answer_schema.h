// What a model's answer is to look like: a JSON Schema.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "event/value.h"

namespace penstock::remote {

struct SchemaFault {
  std::string place;  // a JSON pointer of names and numbers, such as /items/3/name; empty: the whole answer
  std::string what;   // as in "is a string, and is to be an integer"; neither holds a text of the answer
};

// JSON Schema, draft 2020-12: all keywords that look at values, but for `unevaluated...` and `$dynamicRef`; `format`
// and what annotates counts for nothing. References stay within the schema. Patterns are RE2's, whose time is linear.
// Immutable; used by many threads at once.
class AnswerSchema {
 public:
  // kInvalid, with the place in the schema: it is no such schema, or has a keyword that is not known, which would
  // promise what is not checked.
  static Result<AnswerSchema> Compile(std::string_view schema);
  ~AnswerSchema();
  AnswerSchema(AnswerSchema&&) noexcept;
  AnswerSchema& operator=(AnswerSchema&&) noexcept;

  // The first fault; nothing where the value fits. Bounded in time and depth, whatever the value is: one that takes
  // more does not fit.
  std::optional<SchemaFault> Check(const Value& value) const;

 private:
  struct Body;
  explicit AnswerSchema(std::unique_ptr<Body> body);
  std::unique_ptr<const Body> body_;
};

}  // namespace penstock::remote
