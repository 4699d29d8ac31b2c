#include "pipeline/prompt.h"

#include <algorithm>
#include <utility>

#include "base/utf8.h"
#include "event/json_writer.h"
#include "expr/diagnostic.h"

namespace penstock {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

std::string_view Trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(kSpace);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kSpace) - begin + 1);
}

std::string PlaceOf(const Problems& file, size_t offset) {
  const expr::LineAndColumn place = expr::PlaceOf(file.text(), offset);
  return file.file() + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
}

// Where the end of the expression that begins here is: `}}` outside texts of CEL, so that maps may end within.
size_t FindEnd(std::string_view text, size_t begin) {
  char quote = 0;
  int braces = 0;
  for (size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != 0) {
      if (c == '\\') ++i;
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '{') {
      ++braces;
    } else if (c == '}' && braces > 0) {
      --braces;
    } else if (c == '}' && text.substr(i).starts_with("}}")) {
      return i;
    }
  }
  return std::string_view::npos;
}

class PromptCompiler {
 public:
  PromptCompiler(expr::Environment& environment, Problems& problems)
      : environment_(environment), problems_(problems), text_(problems.text()) {}

  Prompt Compile() {
    Prompt prompt;
    size_t part = 0;
    std::optional<PromptTemplate>* target = &prompt.user;
    bool named = false;
    for (size_t line = 0; line < text_.size();) {
      const size_t end = std::min(text_.find('\n', line), text_.size());
      std::optional<PromptTemplate>* const next = PartNamed(Trimmed(text_.substr(line, end - line)), prompt);
      if (next != nullptr) {
        Close(part, line, named, *target);
        if (next->has_value()) problems_.Add(line, "this part stands here a second time");
        named = true;
        target = next;
        part = end + 1;
      }
      line = end + 1;
    }
    Close(std::min(part, text_.size()), text_.size(), named, *target);
    if (!prompt.user) problems_.Add(0, "the prompt has no text for '## user'");
    return prompt;
  }

 private:
  static std::optional<PromptTemplate>* PartNamed(std::string_view line, Prompt& prompt) {
    if (line == "## system") return &prompt.system;
    return line == "## user" ? &prompt.user : nullptr;
  }

  void Close(size_t begin, size_t end, bool named, std::optional<PromptTemplate>& target) {
    const std::string_view body = Trimmed(text_.substr(begin, end - begin));
    if (body.empty()) {
      if (named) problems_.Add(begin == 0 ? 0 : begin - 1, "this part of the prompt is empty");
      return;
    }
    target.emplace(Pieces(static_cast<size_t>(body.data() - text_.data()), body.size()));
  }

  std::vector<PromptTemplate::Piece> Pieces(size_t begin, size_t size) {
    std::vector<PromptTemplate::Piece> pieces;
    const std::string_view text = text_.substr(0, begin + size);
    for (size_t at = begin;;) {
      const size_t open = std::min(text.find("{{", at), text.size());
      PromptTemplate::Piece piece{.text = std::string(text.substr(at, open - at)), .value = {}, .place = {}};
      const size_t close = open == text.size() ? open : FindEnd(text, open + 2);
      if (close == std::string_view::npos) problems_.Add(open, "there is no '}}' that ends this expression");
      if (close < text.size()) Compile(text.substr(open + 2, close - open - 2), open + 2, piece);
      pieces.push_back(std::move(piece));
      if (close >= text.size()) return pieces;
      at = close + 2;
    }
  }

  void Compile(std::string_view source, size_t offset, PromptTemplate::Piece& piece) {
    const std::string_view trimmed = Trimmed(source);
    if (trimmed.empty()) return problems_.Add(offset, "there is no expression between these braces");
    const size_t at = static_cast<size_t>(trimmed.data() - text_.data());
    std::vector<expr::Diagnostic> diagnostics;
    piece.value = expr::Program::Compile(trimmed, environment_, {}, diagnostics);
    for (const expr::Diagnostic& diagnostic : diagnostics) {
      const size_t place = at + diagnostic.offset;
      diagnostic.warning ? problems_.Warn(place, diagnostic.message) : problems_.Add(place, diagnostic.message);
    }
    piece.place = PlaceOf(problems_, at);
  }

  expr::Environment& environment_;
  Problems& problems_;
  std::string_view text_;
};

}  // namespace

Value PromptTemplate::Render(StepContext& context) const {
  std::string text;
  for (const Piece& piece : pieces_) {
    text += piece.text;
    if (!piece.value) continue;
    const Value value = context.Evaluate(*piece.value);
    if (value.is_error() || value.Is(ValueKind::kNull)) {
      const std::string why = value.is_error() ? std::string(value.text()) : "the value is null";
      return Value::Error(context.arena().Copy(piece.place + ": " + why));
    }
    if (value.Is(ValueKind::kString))
      text += value.text();
    else
      AppendJson(value, text);
  }
  return Value::String(context.arena().Copy(text));
}

Prompt CompilePrompt(expr::Environment& environment, Problems& problems) {
  if (!IsValidUtf8(problems.text())) {
    problems.Add(0, "a prompt is a text in UTF-8");
    return {};
  }
  return PromptCompiler(environment, problems).Compile();
}

}  // namespace penstock
