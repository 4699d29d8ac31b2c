// For tests: a JSON text, parsed, with the memory in which its document lives.
#pragma once

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "event/collection.h"
#include "event/json_parser.h"

namespace penstock {

// A copy of `text` that ends where its memory ends, so that AddressSanitizer sees whoever reads on. `shift` moves its
// start off every alignment.
class ExactBytes {
 public:
  // Not inlined: there g++ 12 warns of copies of impossible sizes.
  [[gnu::noinline]] explicit ExactBytes(std::string_view text, size_t shift = 0)
      : memory_(std::make_unique<char[]>(shift + text.size())), text_(memory_.get() + shift, text.size()) {
    std::copy(text.begin(), text.end(), memory_.get() + shift);
  }
  std::string_view text() const { return text_; }

 private:
  std::unique_ptr<char[]> memory_;
  std::string_view text_;
};

// Throws where the text is no JSON: a test that says otherwise is wrong.
class ParsedJson {
 public:
  explicit ParsedJson(std::string_view text, JsonLimits limits = {}) : bytes_(text) {
    Result<const JsonDocument*> parsed = JsonParser(limits).Parse(bytes_.text(), arena_);
    if (!parsed) throw std::runtime_error(parsed.error().message);
    document_ = *parsed;
  }
  ParsedJson(const ParsedJson&) = delete;
  ParsedJson& operator=(const ParsedJson&) = delete;

  const JsonDocument& document() const { return *document_; }
  Value root() const { return document_->root(); }
  // The value of a member of the root, which is a map that has it.
  Value At(std::string_view name) const { return MapFind(root(), name).value(); }

 private:
  ExactBytes bytes_;
  Arena arena_;
  const JsonDocument* document_ = nullptr;
};

}  // namespace penstock
