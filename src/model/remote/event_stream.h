// Server-sent events: text/event-stream.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace penstock::remote {

// Cuts a stream into the data of its events, wherever the parts that it comes in end. Lines end in LF or CRLF; comments
// and fields other than `data` count for nothing; several lines of data are joined by LF. After the HTML standard, but
// for a last event that no blank line follows, which counts: some servers end so.
class EventStream {
 public:
  // More bytes; all events of the earlier ones have been taken.
  void Feed(std::string_view bytes) { rest_ += bytes; }
  // No more bytes come.
  void End() { has_ended_ = true; }
  // The data of the next event; nothing where it is not complete. It lives until the next call.
  std::optional<std::string_view> Next();

 private:
  std::optional<std::string_view> NextLine();
  void TakeField(std::string_view line);

  std::string rest_;
  size_t read_ = 0;     // of rest_
  size_t scanned_ = 0;  // of rest_, beyond read_: no line ends there
  std::string data_;
  bool has_data_ = false;
  bool is_taken_ = false;  // data_ has been given out
  bool has_ended_ = false;
};

}  // namespace penstock::remote
