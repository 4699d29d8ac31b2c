// Takes secrets out of text that people will read.
#pragma once

#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// What stands in a secret's place.
inline constexpr std::string_view kRedacted = "***";

// Knows the texts of secrets, and hides them wherever they stand: inside longer text, overlapping one another, as they
// are or escaped as in JSON (in any of its spellings), also in JSON inside a JSON string. A secret that is cut in two,
// or encoded in another way (base64, percent), is not recognised. Used by many threads at once.
class Redactor {
 public:
  // Hides `secret` from now on, without the white space around it (files end in a newline, headers do not). Short
  // secrets are hidden too, at the price of text that is hard to read; one that is nothing but white space is not.
  void Add(std::string_view secret);

  // `text` with every run of secrets replaced by `***`.
  std::string Redact(std::string_view text) const;

 private:
  mutable std::shared_mutex mutex_;
  std::vector<std::string> secrets_;  // each as it is and, where that differs, escaped once
};

}  // namespace penstock
