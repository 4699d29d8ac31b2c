#include "expr/functions/regex_rewriting.h"

#include <algorithm>
#include <array>

#include "base/utf8.h"
#include "event/collection.h"
#include "expr/functions/pattern.h"
#include "expr/functions/text_writer.h"

namespace penstock::expr {
namespace {

constexpr int kGroupsNamed = 10;  // \0 is the match itself, \1 to \9 are its groups

using Groups = std::array<re2::StringPiece, kGroupsNamed>;

std::string_view ViewOf(const re2::StringPiece& piece) { return {piece.data(), piece.size()}; }

// RE2's \B holds within a character too, and its \C takes one byte of it.
bool IsBetweenCharacters(const re2::StringPiece& text, const char* place) {
  return place == text.data() + text.size() || (static_cast<unsigned char>(*place) & 0xC0) != 0x80;
}

// The matches in a text, one after another and apart. An empty one at the end of another one does not count.
class Matches {
 public:
  Matches(CallContext& context, const re2::RE2& pattern, std::string_view text)
      : context_(context),
        pattern_(pattern),
        text_(text.data(), text.size()),
        groups_(std::min(pattern.NumberOfCapturingGroups() + 1, kGroupsNamed)),
        paid_(ChargeForSearch(context, pattern, text)) {}

  // False at the end, and where fault() has something to tell.
  bool Next(Groups& found) {
    while (paid_ && next_ <= text_.size()) {
      paid_ = ChargeForNextSearch(context_, pattern_, text_.size() - next_);
      if (!paid_ || !pattern_.Match(text_, next_, text_.size(), re2::RE2::UNANCHORED, found.data(), groups_))
        return false;
      if (found[0].empty() && !IsBetweenCharacters(text_, found[0].data())) {
        SkipToCharacter(found[0].data());
        continue;
      }
      torn_ = !AreTexts(found);
      if (torn_) return false;
      const size_t begin = static_cast<size_t>(found[0].data() - text_.data());
      const size_t end = begin + found[0].size();
      const bool counts = !found[0].empty() || begin != last_end_;
      next_ = end;
      if (found[0].empty()) next_ += end < text_.size() ? CodePointBytes(text_[end]) : 1;
      last_end_ = end;
      if (counts) return true;
    }
    return false;
  }
  // An error, where the budget is spent or a match is no text; null otherwise.
  Value fault() const {
    if (torn_) return Value::Error("the pattern's match begins or ends within a character; \\C takes single bytes");
    return paid_ ? Value::Null() : context_.OverBudget();
  }

 private:
  void SkipToCharacter(const char* place) {
    while (!IsBetweenCharacters(text_, place)) ++place;
    next_ = static_cast<size_t>(place - text_.data());
  }
  bool AreTexts(const Groups& found) const {
    return std::all_of(found.begin(), found.begin() + groups_, [this](const re2::StringPiece& group) {
      return group.empty() ||
             (IsBetweenCharacters(text_, group.data()) && IsBetweenCharacters(text_, group.data() + group.size()));
    });
  }

  CallContext& context_;
  const re2::RE2& pattern_;
  re2::StringPiece text_;
  int groups_;
  bool paid_;
  bool torn_ = false;
  size_t next_ = 0;
  size_t last_end_ = std::string_view::npos;
};

// Writes what stands for one match. The error says what is wrong with the replacement.
Result<void> WriteReplacement(TextWriter& writer, std::string_view replacement, const Groups& found, int groups) {
  while (!replacement.empty()) {
    const size_t plain = std::min(replacement.find('\\'), replacement.size());
    writer.Write(replacement.substr(0, plain));
    replacement.remove_prefix(plain);
    if (replacement.empty()) break;
    const char escaped = replacement.size() > 1 ? replacement[1] : '\0';
    if (escaped != '\\' && (escaped < '0' || escaped > '9'))
      return Invalid("in a replacement stands a digit or another \\ after a \\");
    if (escaped == '\\') {
      writer.Write("\\");
    } else if (const int group = escaped - '0'; group > groups) {
      return Invalid("the replacement names group " + std::to_string(group) + ", and the pattern has " +
                     std::to_string(groups));
    } else {
      writer.Write(ViewOf(found[static_cast<size_t>(group)]));
    }
    replacement.remove_prefix(2);
  }
  return {};
}

Value ReplaceUpTo(CallContext& context, const re2::RE2& pattern, const Value* arguments, int64_t limit) {
  const std::string_view text = arguments[0].text();
  if (limit == 0) return arguments[0];
  Matches matches(context, pattern, text);
  TextWriter writer(context);
  Groups found;
  const char* done = text.data();
  for (int64_t count = 0; (limit < 0 || count < limit) && writer.paid() && matches.Next(found); ++count) {
    writer.Write({done, static_cast<size_t>(found[0].data() - done)});
    const Result<void> written =
        WriteReplacement(writer, arguments[2].text(), found, pattern.NumberOfCapturingGroups());
    if (!written) return context.Fail(written.error().message);
    done = found[0].data() + found[0].size();
  }
  if (const Value fault = matches.fault(); fault.is_error()) return fault;
  writer.Write({done, static_cast<size_t>(text.data() + text.size() - done)});
  return writer.Finish();
}
Value ReplaceAll(CallContext& context, const re2::RE2& pattern, const Value* arguments) {
  return ReplaceUpTo(context, pattern, arguments, -1);
}
Value Replace(CallContext& context, const re2::RE2& pattern, const Value* arguments) {
  return ReplaceUpTo(context, pattern, arguments, arguments[3].as_int());
}

// What a match stands for: its group, or all of it where the pattern has none. Null where the group took nothing.
const re2::StringPiece* Extracted(const re2::RE2& pattern, const Groups& found) {
  if (pattern.NumberOfCapturingGroups() == 0) return &found[0];
  return found[1].empty() ? nullptr : &found[1];
}

Value Extract(CallContext& context, const re2::RE2& pattern, const Value* arguments) {
  Matches matches(context, pattern, arguments[0].text());
  Groups found;
  const bool any = matches.Next(found);
  if (const Value fault = matches.fault(); fault.is_error()) return fault;
  const re2::StringPiece* const part = any ? Extracted(pattern, found) : nullptr;
  if (part == nullptr) return Value::OptionalNone();
  return Value::Optional(context.arena().New(Value::String(ViewOf(*part))));
}

Value ExtractAll(CallContext& context, const re2::RE2& pattern, const Value* arguments) {
  Matches matches(context, pattern, arguments[0].text());
  Groups found;
  std::vector<Value> parts;  // paid for by each search
  while (matches.Next(found))
    if (const re2::StringPiece* const part = Extracted(pattern, found)) parts.push_back(Value::String(ViewOf(*part)));
  if (const Value fault = matches.fault(); fault.is_error()) return fault;
  if (!context.Charge(parts.size())) return context.OverBudget();
  const std::span<Value> items = context.arena().AllocateArray<Value>(parts.size());
  std::copy(parts.begin(), parts.end(), items.begin());
  return Value::List(items.data(), static_cast<uint32_t>(items.size()));
}

}  // namespace

std::vector<Function> RegexRewritingFunctions() {
  const Type string = Type::Of(TypeKind::kString);
  const Type number = Type::Of(TypeKind::kInt);
  return {
      {"regex.replace",
       false,
       {PatternOverload<ReplaceAll>({string, string, string}, string),
        PatternOverload<Replace>({string, string, string, number}, string)},
       "The text with a replacement for each match, or for as many as are given, from the left. In it, `\\1` to `\\9` "
       "are the match's groups, `\\0` all of it, `\\\\` a backslash. A group that the pattern has not is an error.",
       {{R"(regex.replace('2026-01-31', r'(\d+)-(\d+)-(\d+)', r'\3.\2.\1'))", R"("31.01.2026")"},
        {R"(regex.replace('a1b2', '[0-9]', '#', 1))", R"("a#b2")"}}},
      {"regex.extract",
       false,
       {PatternOverload<Extract, 1>({string, string}, Type::Optional(string))},
       "An optional with the first match, or its group, if the pattern has one; nothing where there is no match. More "
       "than one group is an error.",
       {{R"(regex.extract('order 17', '[0-9]+'))", R"("17")"},
        {R"(regex.extract('user@example.com', '(.*)@').orValue(''))", R"("user")"},
        {R"(regex.extract('none', '[0-9]+').hasValue())", "false"}}},
      {"regex.extractAll",
       false,
       {PatternOverload<ExtractAll, 1>({string, string}, Type::List(string))},
       "All matches, or what their group took, if the pattern has one. More than one group is an error.",
       {{R"(regex.extractAll('a1 b22', '[0-9]+'))", R"(["1","22"])"}}},
  };
}

}  // namespace penstock::expr
