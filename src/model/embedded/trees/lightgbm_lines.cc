#include "model/embedded/trees/lightgbm_lines.h"

#include <algorithm>

namespace penstock::trees {
namespace {

std::string_view TakeLine(std::string_view& rest) {
  const size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// What follows the last tree: how the file ends tells that no tree is missing.
bool IsEndOfTrees(std::string_view line) {
  return line == "end of trees" || line.starts_with("feature importances") || line.starts_with("feature_importances");
}

}  // namespace

void LightgbmBlock::Add(std::string_view line) {
  const size_t equals = std::min(line.find('='), line.size());
  values_[line.substr(0, equals)] = line.substr(std::min(equals + 1, line.size()));
}

std::string_view LightgbmBlock::text(std::string_view key) const {
  const auto found = values_.find(key);
  return found == values_.end() ? std::string_view() : found->second;
}

Result<int64_t> LightgbmBlock::Whole(std::string_view key) const {
  const std::string_view digits = text(key);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
    return Invalid("its " + std::string(key) + " is '" + std::string(digits.substr(0, 40)) +
                   "', which is no whole number");
  return number;
}

Result<LightgbmText> ParseLightgbm(std::string_view file) {
  LightgbmText text;
  // RF and DART files say "tree" too.
  if (TakeLine(file) != "tree") return Invalid("it is no model of LightGBM: its first line is not 'tree'");
  while (!file.empty()) {
    const std::string_view line = TakeLine(file);
    if (IsEndOfTrees(line)) return text;
    if (line.starts_with("Tree=")) {
      text.trees.emplace_back();
    } else if (!line.empty()) {
      (text.trees.empty() ? text.head : text.trees.back()).Add(line);
    }
  }
  return Invalid("it ends too soon: after its trees nothing follows");
}

}  // namespace penstock::trees
