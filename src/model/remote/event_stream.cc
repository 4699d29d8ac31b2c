#include "model/remote/event_stream.h"

#include <algorithm>
#include <utility>

namespace penstock::remote {

std::optional<std::string_view> EventStream::Next() {
  if (std::exchange(is_taken_, false)) data_.clear();
  while (const std::optional<std::string_view> line = NextLine()) {
    if (!line->empty()) {
      TakeField(*line);
      continue;
    }
    if (!std::exchange(has_data_, false)) continue;
    is_taken_ = true;
    return data_;
  }
  if (!has_ended_ || !std::exchange(has_data_, false)) return std::nullopt;
  is_taken_ = true;
  return data_;
}

std::optional<std::string_view> EventStream::NextLine() {
  size_t end = rest_.find('\n', read_ + scanned_);
  if (end == std::string::npos && (!has_ended_ || read_ == rest_.size())) {
    rest_.erase(0, std::exchange(read_, 0));
    scanned_ = rest_.size();
    return std::nullopt;
  }
  end = std::min(end, rest_.size());
  std::string_view line = std::string_view(rest_).substr(read_, end - read_);
  read_ = std::min(end + 1, rest_.size());
  scanned_ = 0;
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

void EventStream::TakeField(std::string_view line) {
  constexpr std::string_view kData = "data";
  if (!line.starts_with(kData)) return;
  std::string_view value = line.substr(kData.size());
  if (!value.empty()) {
    if (value.front() != ':') return;
    value.remove_prefix(1);
    if (value.starts_with(' ')) value.remove_prefix(1);
  }
  if (std::exchange(has_data_, true)) data_ += '\n';
  data_ += value;
}

}  // namespace penstock::remote
