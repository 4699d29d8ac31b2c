// Writes a text whose length is not known beforehand.
#pragma once

#include <string>
#include <string_view>

#include "expr/function.h"

namespace penstock::expr {

// Pays for each piece before it takes memory for it. Once the budget is spent, nothing more is written.
class TextWriter {
 public:
  // `context` outlives the writer.
  explicit TextWriter(CallContext& context) : context_(context) {}

  void Write(std::string_view piece) {
    owed_bytes_ += piece.size();
    paid_ = paid_ && context_.Charge(owed_bytes_ / sizeof(Value));
    owed_bytes_ %= sizeof(Value);
    if (paid_) text_ += piece;
  }
  // Whether the budget has reached so far.
  bool paid() const { return paid_; }
  const std::string& text() const { return text_; }

  // The text in the arena, or the error that it costs too much.
  Value Finish() {
    paid_ = paid_ && context_.Charge(text_.size() / sizeof(Value) + 1);
    return paid_ ? Value::String(context_.arena().Copy(text_)) : context_.OverBudget();
  }

 private:
  CallContext& context_;
  std::string text_;
  size_t owed_bytes_ = 0;
  bool paid_ = true;
};

}  // namespace penstock::expr
