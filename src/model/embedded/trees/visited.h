// For tests: a document, as what a visitor saw.
#pragma once

#include <string>

#include "model/embedded/trees/model_visitor.h"

namespace penstock::trees {

// As in "{ k: [ 1 2 ] t: 'x' }".
class Visited final : public ModelVisitor {
 public:
  void BeginObject() override { Add("{"); }
  void Key(std::string_view key) override { Add(std::string(key) + ":"); }
  void EndObject() override { Add("}"); }
  void BeginArray() override { Add("["); }
  void EndArray() override { Add("]"); }
  void Text(std::string_view text) override { Add("'" + std::string(text) + "'"); }
  void Numbers(std::span<const double> numbers) override {
    for (const double number : numbers) {
      std::string text = std::to_string(number);
      text.erase(text.find_last_not_of('0') + 1);
      if (text.ends_with('.')) text.pop_back();
      Add(text);
    }
  }

  const std::string& text() const { return text_; }

 private:
  void Add(const std::string& word) { text_ += (text_.empty() ? "" : " ") + word; }

  std::string text_;
};

}  // namespace penstock::trees
