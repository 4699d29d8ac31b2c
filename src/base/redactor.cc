// A text is searched for each secret twice: byte by byte, and reading it as the inside of a JSON string. The second
// search compares decoded characters instead of looking for one escaped form of the secret, because JSON has many: a
// slash may be escaped or not, `<` may be written \u003c, anything at all may be. It starts anew at each byte, as
// nothing says where a string begins. With the secret's own JSON form among the secrets, it finds what was escaped
// twice, too.
#include "base/redactor.h"

#include <algorithm>
#include <charconv>
#include <mutex>
#include <optional>

#include "base/escape.h"
#include "base/utf8.h"

namespace penstock {
namespace {

std::string_view TrimWhiteSpace(std::string_view text) {
  constexpr std::string_view kWhiteSpace = " \t\r\n";
  const size_t first = text.find_first_not_of(kWhiteSpace);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(kWhiteSpace) - first + 1);
}

// The four hexadecimal digits of `\uXXXX`, where `text` begins so.
std::optional<char32_t> HexEscape(std::string_view text) {
  if (text.size() < 6 || !text.starts_with("\\u")) return std::nullopt;
  uint32_t code_unit = 0;
  const char* end = text.data() + 6;
  if (std::from_chars(text.data() + 2, end, code_unit, 16).ptr != end) return std::nullopt;
  return code_unit;
}

// Reads one character of a JSON string from the beginning of `text`, which is not empty. Appends it to `decoded` and
// returns the number of bytes read. What is no valid escape stands for itself.
size_t DecodeJsonCharacter(std::string_view text, std::string& decoded) {
  if (const auto high = HexEscape(text)) {
    const auto low = HexEscape(text.substr(6));
    const bool pair = low && *high >= 0xD800 && *high < 0xDC00 && *low >= 0xDC00 && *low < 0xE000;
    AppendUtf8(decoded, pair ? 0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00) : *high);
    return pair ? 12 : 6;
  }
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  const size_t letter = text[0] == '\\' && text.size() > 1 ? kLetters.find(text[1]) : kLetters.npos;
  if (letter == kLetters.npos) {
    decoded += text[0];
    return 1;
  }
  decoded += "\"\\/\b\f\n\r\t"[letter];
  return 2;
}

// The number of bytes at the beginning of `text` that spell `secret` in a JSON string; 0 if it does not begin so.
size_t EscapedLength(std::string_view text, std::string_view secret) {
  std::string decoded;
  size_t length = 0;
  while (decoded.size() < secret.size()) {
    if (length == text.size()) return 0;
    const size_t compared = decoded.size();
    length += DecodeJsonCharacter(text.substr(length), decoded);
    if (!secret.substr(compared).starts_with(std::string_view(decoded).substr(compared))) return 0;
  }
  return length;
}

// Which bytes of `text` are to be hidden.
class Cover {
 public:
  explicit Cover(std::string_view text) : text_(text), hidden_(text.size()) {}

  // Occurrences may overlap: all bytes of all of them are hidden, or a part of one secret would show beside another.
  void Hide(std::string_view secret) {
    for (size_t at = text_.find(secret); at != text_.npos; at = text_.find(secret, at + 1)) Mark(at, secret.size());
    if (text_.find('\\') == text_.npos) return;
    for (size_t at = 0; at < text_.size(); ++at) {
      if (text_[at] == '\\' || text_[at] == secret[0]) Mark(at, EscapedLength(text_.substr(at), secret));
    }
  }

  std::string Text() const {
    std::string shown;
    for (size_t i = 0; i < text_.size(); ++i) {
      if (!hidden_[i])
        shown += text_[i];
      else if (i == 0 || !hidden_[i - 1])
        shown += kRedacted;
    }
    return shown;
  }

 private:
  void Mark(size_t at, size_t bytes) { std::fill_n(hidden_.begin() + static_cast<ptrdiff_t>(at), bytes, true); }

  std::string_view text_;
  std::vector<bool> hidden_;
};

}  // namespace

void Redactor::Add(std::string_view secret) {
  secret = TrimWhiteSpace(secret);
  if (secret.empty()) return;
  std::string escaped;
  AppendJsonEscaped(escaped, secret);
  const std::unique_lock lock(mutex_);
  for (const std::string_view form : {secret, std::string_view(escaped)}) {
    if (std::find(secrets_.begin(), secrets_.end(), form) == secrets_.end()) secrets_.emplace_back(form);
  }
}

std::string Redactor::Redact(std::string_view text) const {
  const std::shared_lock lock(mutex_);
  if (secrets_.empty()) return std::string(text);
  Cover cover(text);
  for (const std::string& secret : secrets_) cover.Hide(secret);
  return cover.Text();
}

}  // namespace penstock
