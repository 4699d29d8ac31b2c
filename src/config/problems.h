// What is wrong with a file, all of it, with places.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// Collects what is wrong with one file, so that a user sees every mistake at once. One thread at a time.
class Problems {
 public:
  // `file` as the user named it; `text` is what stands in it.
  Problems(std::string file, std::string text) : file_(std::move(file)), text_(std::move(text)) {}

  // `offset` is a byte of the text.
  void Add(size_t offset, std::string message) { problems_.push_back({offset, std::move(message), false}); }
  // Worth to be said, and no reason to refuse the file.
  void Warn(size_t offset, std::string message) { problems_.push_back({offset, std::move(message), true}); }

  // The line of a byte is shown to nobody: a secret may stand in it.
  void HideLine(size_t offset);

  bool has_errors() const;
  size_t count() const { return problems_.size(); }
  const std::string& file() const { return file_; }
  std::string_view text() const { return text_; }

  // In the order of their places, each as
  //
  //   pipeline.yaml:7:3: unknown option 'rout'; did you mean 'route'?
  //     rout: []
  //     ^
  std::string Text() const;

 private:
  struct Problem {
    size_t offset;
    std::string message;
    bool warning;
  };

  std::string file_;
  std::string text_;
  std::vector<Problem> problems_;
  std::set<size_t> hidden_lines_;  // counted from 1
};

}  // namespace penstock
