#include "expr/functions/strings.h"

#include <algorithm>
#include <cstring>

#include "base/utf8.h"
#include "expr/functions/text_position.h"

namespace penstock::expr {
namespace {

constexpr size_t kNowhere = std::string_view::npos;

// find() of the standard library takes the product of both lengths for `aaaa..b` in `aaaaaa..`; memmem() does not.
size_t FindFirst(std::string_view text, std::string_view part) {
  if (part.empty()) return 0;
  const void* const found = memmem(text.data(), text.size(), part.data(), part.size());
  return found == nullptr ? kNowhere : static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

// Knuth, Morris and Pratt, from the end: rfind() takes the product of both lengths. `borders` has the room of `part`:
// its number n is the length of the longest end of the last n bytes that they also begin with, seen from behind.
size_t FindLast(std::string_view text, std::string_view part, std::span<uint32_t> borders) {
  const auto behind = [part](size_t index) { return part[part.size() - 1 - index]; };
  borders[0] = 0;
  for (uint32_t n = 1, length = 0; n < part.size(); ++n) {
    while (length > 0 && behind(n) != behind(length)) length = borders[length - 1];
    length += behind(n) == behind(length) ? 1 : 0;
    borders[n] = length;
  }
  uint32_t matched = 0;
  for (size_t at = text.size(); at-- > 0;) {
    while (matched > 0 && text[at] != behind(matched)) matched = borders[matched - 1];
    matched += text[at] == behind(matched) ? 1 : 0;
    if (matched == part.size()) return at;
  }
  return kNowhere;
}

bool ChargeForSearch(CallContext& context, std::string_view text) {
  return context.Charge(text.size() / sizeof(Value));
}

Value Contains(CallContext& context, const Value* arguments) {
  const std::string_view text = arguments[0].text();
  if (!ChargeForSearch(context, text)) return context.OverBudget();
  return Value::Bool(FindFirst(text, arguments[1].text()) != kNowhere);
}
Value StartsWith(CallContext& context, const Value* arguments) {
  if (!context.ChargeBytes(arguments[1].text().size())) return context.OverBudget();
  return Value::Bool(arguments[0].text().starts_with(arguments[1].text()));
}
Value EndsWith(CallContext& context, const Value* arguments) {
  if (!context.ChargeBytes(arguments[1].text().size())) return context.OverBudget();
  return Value::Bool(arguments[0].text().ends_with(arguments[1].text()));
}

Value CharAt(CallContext& context, const Value* arguments) {
  const std::string_view text = arguments[0].text();
  if (!context.ChargeBytes(text.size())) return context.OverBudget();
  const std::optional<size_t> at = ByteOfCharacter(text, arguments[1].as_int());
  if (!at) return NoSuchPosition(context, arguments[1].as_int(), text);
  return Value::String(*at == text.size() ? "" : text.substr(*at, CodePointBytes(text[*at])));
}

// The position of a byte as a number of characters.
Value Position(std::string_view text, size_t byte) {
  return Value::Int(byte == kNowhere ? -1 : static_cast<int64_t>(CountCodePoints(text.substr(0, byte))));
}

Value IndexFrom(CallContext& context, std::string_view text, std::string_view part, int64_t from) {
  if (!ChargeForSearch(context, text)) return context.OverBudget();
  const std::optional<size_t> begin = ByteOfCharacter(text, from);
  if (!begin) return NoSuchPosition(context, from, text);
  const size_t found = FindFirst(text.substr(*begin), part);
  return Position(text, found == kNowhere ? kNowhere : *begin + found);
}
Value IndexOf(CallContext& context, const Value* arguments) {
  return IndexFrom(context, arguments[0].text(), arguments[1].text(), 0);
}
Value IndexOfFrom(CallContext& context, const Value* arguments) {
  return IndexFrom(context, arguments[0].text(), arguments[1].text(), arguments[2].as_int());
}

// Of what begins at the byte `begin_max` at the latest.
Value LastIndexUpTo(CallContext& context, std::string_view text, std::string_view part, size_t begin_max) {
  if (part.empty()) return Position(text, begin_max);
  const std::string_view within = text.substr(0, std::min(text.size(), begin_max + part.size()));
  if (part.size() > within.size()) return Value::Int(-1);
  if (!context.Charge(part.size() / sizeof(uint32_t))) return context.OverBudget();
  return Position(text, FindLast(within, part, context.arena().AllocateArray<uint32_t>(part.size())));
}
Value LastIndexOf(CallContext& context, const Value* arguments) {
  const std::string_view text = arguments[0].text();
  if (!ChargeForSearch(context, text)) return context.OverBudget();
  return LastIndexUpTo(context, text, arguments[1].text(), text.size());
}
Value LastIndexOfFrom(CallContext& context, const Value* arguments) {
  const std::string_view text = arguments[0].text();
  if (!ChargeForSearch(context, text)) return context.OverBudget();
  const std::optional<size_t> from = ByteOfCharacter(text, arguments[2].as_int());
  if (!from) return NoSuchPosition(context, arguments[2].as_int(), text);
  return LastIndexUpTo(context, text, arguments[1].text(), *from);
}

Value SubstringFrom(CallContext& context, const Value* arguments) {
  const std::string_view text = arguments[0].text();
  if (!context.ChargeBytes(text.size())) return context.OverBudget();
  const std::optional<size_t> begin = ByteOfCharacter(text, arguments[1].as_int());
  return begin ? Value::String(text.substr(*begin)) : NoSuchPosition(context, arguments[1].as_int(), text);
}
Value Substring(CallContext& context, const Value* arguments) {
  const std::string_view text = arguments[0].text();
  if (!context.ChargeBytes(text.size() * 2)) return context.OverBudget();
  const std::optional<size_t> begin = ByteOfCharacter(text, arguments[1].as_int());
  if (!begin) return NoSuchPosition(context, arguments[1].as_int(), text);
  const std::optional<size_t> end = ByteOfCharacter(text, arguments[2].as_int());
  if (!end) return NoSuchPosition(context, arguments[2].as_int(), text);
  if (*end < *begin) return Value::Error("the end of the substring is before its start");
  return Value::String(text.substr(*begin, *end - *begin));
}

// Unicode's White_Space.
bool IsSpace(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == ' ' || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

std::string_view WithoutLeadingSpace(std::string_view text) {
  while (!text.empty()) {
    const Utf8Character first = DecodeUtf8(text);
    if (!IsSpace(first.code_point)) break;
    text.remove_prefix(first.bytes);
  }
  return text;
}
std::string_view WithoutTrailingSpace(std::string_view text) {
  while (!text.empty()) {
    size_t begin = text.size() - 1;
    while ((static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
    if (!IsSpace(DecodeUtf8(text.substr(begin)).code_point)) break;
    text = text.substr(0, begin);
  }
  return text;
}
Value Trim(CallContext& context, const Value* arguments) {
  if (!context.ChargeBytes(arguments[0].text().size())) return context.OverBudget();
  return Value::String(WithoutTrailingSpace(WithoutLeadingSpace(arguments[0].text())));
}

Function Test(std::string name, Implementation implementation, std::string_view summary,
              std::vector<Example> examples) {
  const Type string = Type::Of(TypeKind::kString);
  return {std::move(name),
          true,
          {{{string, string}, Type::Of(TypeKind::kBool), implementation}},
          summary,
          std::move(examples)};
}

std::vector<Function> Searches() {
  const Type string = Type::Of(TypeKind::kString);
  const Type number = Type::Of(TypeKind::kInt);
  return {
      Test("contains", Contains, "Whether the other text stands anywhere in this one.",
           {{"'gold-plus'.contains('plus')", "true"}, {"'Gold'.contains('gold')", "false"}}),
      Test("startsWith", StartsWith, "Whether this text begins with the other one.",
           {{"'gold-plus'.startsWith('gold')", "true"}}),
      Test("endsWith", EndsWith, "Whether this text ends with the other one.",
           {{"'gold-plus'.endsWith('plus')", "true"}}),
      {"indexOf",
       true,
       {{{string, string}, number, IndexOf}, {{string, string, number}, number, IndexOfFrom}},
       "The first position of the other text, from the position on that is given; -1, if there is none. A position "
       "outside the text is an error.",
       {{"'tacocat'.indexOf('a')", "1"}, {"'tacocat'.indexOf('a', 2)", "5"}, {"'tacocat'.indexOf('x')", "-1"}}},
      {"lastIndexOf",
       true,
       {{{string, string}, number, LastIndexOf}, {{string, string, number}, number, LastIndexOfFrom}},
       "The last position of the other text, at most the one that is given; -1, if there is none. A position outside "
       "the text is an error.",
       {{"'tacocat'.lastIndexOf('a')", "5"}, {"'tacocat'.lastIndexOf('a', 4)", "1"}}},
  };
}

}  // namespace

std::vector<Function> StringFunctions() {
  const Type string = Type::Of(TypeKind::kString);
  const Type number = Type::Of(TypeKind::kInt);
  std::vector<Function> functions = Searches();
  functions.push_back({"charAt",
                       true,
                       {{{string, number}, string, CharAt}},
                       "The character at a position, and nothing at the end. Another position is an error.",
                       {{"'größe'.charAt(2)", R"("ö")"},
                        {"'abc'.charAt(3)", R"("")"},
                        {"'abc'.charAt(4)", "error: position 4 is outside the text, which has 3 characters"}}});
  functions.push_back({"substring",
                       true,
                       {{{string, number}, string, SubstringFrom}, {{string, number, number}, string, Substring}},
                       "The text from a position on, and before another one. Positions outside the text, and an end "
                       "before the start, are errors.",
                       {{"'tacocat'.substring(4)", R"("cat")"},
                        {"'tacocat'.substring(0, 4)", R"("taco")"},
                        {"'tacocat'.substring(4, 3)", "error: the end of the substring is before its start"}}});
  functions.push_back({"trim",
                       true,
                       {{{string}, string, Trim}},
                       "The text without Unicode's white space at both ends.",
                       {{R"('  \ta b\n'.trim())", R"("a b")"}}});
  return functions;
}

}  // namespace penstock::expr
